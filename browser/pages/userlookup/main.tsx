import { type Asked, FormPage } from '../kit/form.tsx';
import { openPage } from '../kit/open.tsx';

const asked: readonly Asked[] = [{ name: 'identifier', label: 'user', autoComplete: 'username' }];

void openPage(() => (
  <FormPage title="userlookup.title" lead={() => 'userlookup.lead'} asked={asked} submit="page.proceed" />
));
