import { checkPassword } from './check-password.ts';
import { findByPhone } from './find-by-phone.ts';
import { findClaimant, findUser } from './find-user.ts';
import { linkPerson } from './link-person.ts';
import { openSession } from './open-session.ts';
import { refuse } from './refuse.ts';
import { reply } from './reply.ts';
import { replyAttributes } from './reply-attributes.ts';
import { requireInput } from './require-input.ts';

/** Steps that any operation may use. */
export const steps = [
  requireInput,
  findUser,
  findClaimant,
  findByPhone,
  checkPassword,
  linkPerson,
  reply,
  replyAttributes,
  openSession,
  refuse,
];
