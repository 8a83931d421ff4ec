import { type Asked, FormPage } from '../kit/form.tsx';
import { openPage } from '../kit/open.tsx';

const asked: readonly Asked[] = [
  { name: 'otp', label: 'otpvalidator.code', autoComplete: 'one-time-code', isDigits: true },
];

void openPage(() => (
  <FormPage
    title="otpvalidator.title"
    lead={({ told }) => `otpvalidator.${told?.by ?? 'token'}`}
    asked={asked}
    submit="page.proceed"
  />
));
