import { messageEvents } from './adapters/messages-events.ts';
import { authenticatorEvents } from './authenticators/index.ts';
import { coreEvents, type EventType } from './core/event.ts';
import { transactionEvents } from './core/transaction-events.ts';
import * as bankId from './methods/bankid/index.ts';
import * as freja from './methods/freja/index.ts';
import * as netId from './methods/netid-access/index.ts';
import * as otpCallIn from './methods/otp-call-in/index.ts';
import * as otpSms from './methods/otp-sms/index.ts';
import * as otpToken from './methods/otp-token/index.ts';
import * as passkey from './methods/passkey/index.ts';
import * as push from './methods/push/index.ts';
import * as session from './methods/session/index.ts';
import { steps as commonSteps } from './steps/index.ts';

/** Every step there is. */
export const steps = [
  ...commonSteps,
  ...otpToken.steps,
  ...otpSms.steps,
  ...otpCallIn.steps,
  ...bankId.steps,
  ...freja.steps,
  ...netId.steps,
  ...push.steps,
  ...session.steps,
];

/** Every operation that ships. */
export const presets = {
  ...otpToken.operations,
  ...otpSms.operations,
  ...otpCallIn.operations,
  ...bankId.operations,
  ...freja.operations,
  ...netId.operations,
  ...push.operations,
  ...session.operations,
};

/** Every event there is. */
export const eventTypes: readonly EventType[] = [
  ...Object.values(coreEvents),
  ...Object.values(transactionEvents),
  ...Object.values(messageEvents),
  ...Object.values(otpToken.tokenEvents),
  ...Object.values(freja.frejaEvents),
  ...Object.values(push.pushEvents),
  ...Object.values(passkey.passkeyEvents),
  ...Object.values(authenticatorEvents),
];
