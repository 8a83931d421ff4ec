import { PasswordPolicyError } from 'ldapts';
import type { PasswordVerdict } from '../core/directory.ts';

/** What a server answered to a bind. */
export interface BindAnswer {
  /** LDAP result code (RFC 4511 §4.1.9); 0 is success. */
  readonly code: number;
  readonly text: string;
  /** The error of the password policy control (draft-behera-ldap-password-policy §6.2), where a server sends one. */
  readonly policy?: number | undefined;
}

/** Active Directory's reasons, hexadecimal Win32 error codes after `data` in the text of result 49 ([MS-ERREF] 2.2). */
const activeDirectory: Readonly<Record<string, PasswordVerdict>> = {
  '525': 'person-unknown',
  '52e': 'wrong',
  '530': 'logon-hours',
  '531': 'workstation',
  '532': 'password-expired',
  '533': 'disabled',
  '701': 'account-expired',
  '773': 'must-change-password',
  '775': 'locked-in-directory',
};

/** "Too many context ids": says nothing of the password. */
const exhausted = '568';

const policies: Readonly<Record<number, PasswordVerdict>> = {
  [PasswordPolicyError.PasswordExpired]: 'password-expired',
  [PasswordPolicyError.AccountLocked]: 'locked-in-directory',
  [PasswordPolicyError.ChangeAfterReset]: 'must-change-password',
};

/** Results other than 49 that are about the person: 19 and 53 as 389 Directory Server sends them for locked and disabled people. */
const results: Readonly<Record<number, PasswordVerdict>> = {
  19: 'locked-in-directory',
  32: 'person-unknown',
  48: 'wrong',
  53: 'disabled',
};

/** What a bind says of the password; undefined when it says nothing of it. Only success that no policy restricts is `right`. */
export function toVerdict({ code, text, policy }: BindAnswer): PasswordVerdict | undefined {
  const restricted = policy === undefined ? undefined : policies[policy];
  if (code === 0) return restricted ?? 'right';
  if (code !== 49) return results[code];
  const data = /\bdata ([0-9a-f]+)\b/i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (data === exhausted) return undefined;
  return restricted ?? activeDirectory[data] ?? 'wrong';
}
