/** The method's own parts, for compose. */

export { createDeviceAdministration, type DeviceAdministration } from './administration.ts';
export { createDeviceApi } from './device-api.ts';
export { pushEvents } from './events.ts';
export { operations } from './operations.ts';
export { steps } from './steps.ts';
