import { defineEvent } from '../core/event.ts';

/** Events of the authenticators, by their documented ids (Fortified ID, "Event logging"); each id has one meaning. */
export const authenticatorEvents = {
  bankIdStarted: defineEvent({ name: 'WEB_100001', summary: 'BankID authentication started', severity: 3 }),
  bankIdCompleted: defineEvent({ name: 'WEB_100002', summary: 'BankID authentication completed', severity: 3 }),
  bankIdFailed: defineEvent({ name: 'WEB_100003', summary: 'BankID authentication failed', severity: 5 }),
  bankIdEnded: defineEvent({ name: 'WEB_100004', summary: 'BankID authentication canceled or expired', severity: 3 }),
  frejaStarted: defineEvent({ name: 'WEB_100005', summary: 'Freja eID authentication started', severity: 3 }),
  frejaCompleted: defineEvent({ name: 'WEB_100006', summary: 'Freja eID authentication completed', severity: 3 }),
  frejaFailed: defineEvent({ name: 'WEB_100007', summary: 'Freja eID authentication failed', severity: 5 }),
  frejaEnded: defineEvent({ name: 'WEB_100008', summary: 'Freja eID authentication canceled or expired', severity: 3 }),
  netIdStarted: defineEvent({ name: 'WEB_100009', summary: 'NetID Access authentication started', severity: 3 }),
  netIdCompleted: defineEvent({ name: 'WEB_100010', summary: 'NetID Access authentication completed', severity: 3 }),
  netIdFailed: defineEvent({ name: 'WEB_100011', summary: 'NetID Access authentication failed', severity: 5 }),
  netIdEnded: defineEvent({
    name: 'WEB_100012',
    summary: 'NetID Access authentication canceled or expired',
    severity: 3,
  }),
  passwordAccepted: defineEvent({ name: 'WEB_100017', summary: 'User name and password were accepted', severity: 3 }),
  passwordRefused: defineEvent({ name: 'WEB_100018', summary: 'User name and password were refused', severity: 5 }),
  codeAccepted: defineEvent({ name: 'WEB_100019', summary: 'A one-time code was accepted on a page', severity: 3 }),
  codeRefused: defineEvent({ name: 'WEB_100020', summary: 'A one-time code was refused on a page', severity: 5 }),
  passkeyAccepted: defineEvent({ name: 'WEB_100022', summary: 'A passkey was accepted on a page', severity: 3 }),
  passkeyRefused: defineEvent({ name: 'WEB_100023', summary: 'A passkey was refused on a page', severity: 5 }),
  userFound: defineEvent({ name: 'WEB_100024', summary: 'A user was looked up on a page', severity: 3 }),
  userNotFound: defineEvent({ name: 'WEB_100025', summary: 'A user was not found on a page', severity: 5 }),
  oneTouchStarted: defineEvent({ name: 'WEB_100030', summary: 'OneTouch authentication started', severity: 3 }),
  oneTouchCompleted: defineEvent({ name: 'WEB_100031', summary: 'OneTouch authentication completed', severity: 3 }),
  oneTouchFailed: defineEvent({ name: 'WEB_100032', summary: 'OneTouch authentication failed', severity: 5 }),
  oneTouchEnded: defineEvent({
    name: 'WEB_100033',
    summary: 'OneTouch authentication canceled or expired',
    severity: 3,
  }),
} as const;
