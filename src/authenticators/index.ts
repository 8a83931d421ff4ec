/** The sign-in pages’ own parts, for compose and the server. */
export { authenticatorEvents } from './events.ts';
export { observed } from './observed.ts';
export { isLoopbackHost } from './own-origin.ts';
export { createSignIn, type SignIn } from './sign-in.ts';
export { at, createSite, type Mounted, type Site, topOf } from './site.ts';
export { otpValidator, userLookup, userNameAndPassword } from './typed.ts';
