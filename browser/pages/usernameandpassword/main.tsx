import { type Asked, FormPage } from '../kit/form.tsx';
import { openPage } from '../kit/open.tsx';

const asked: readonly Asked[] = [
  { name: 'identifier', label: 'user', autoComplete: 'username' },
  { name: 'password', label: 'password', autoComplete: 'current-password', isSecret: true },
];

void openPage(() => (
  <FormPage
    title="usernameandpassword.title"
    lead={() => 'usernameandpassword.lead'}
    asked={asked}
    submit="order.begin"
  />
));
