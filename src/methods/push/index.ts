/** The method's own parts, for compose. */
import { oneTouch } from './authenticator.ts';

export { createDeviceAdministration, type DeviceAdministration } from './administration.ts';
export { createDeviceApi } from './device-api.ts';
export { pushEvents } from './events.ts';
export { operations } from './operations.ts';
export { steps } from './steps.ts';

/** Its authenticators for sign-in pages. */
export const authenticators = [oneTouch];
