import { sign, verify } from 'node:crypto';
import type { Beginning } from '../core/log-beginning.ts';
import type { KeyRing } from './key-ring.ts';

/** States with the ring's newest key that a chain begins behind an entry. */
export function signBeginning({ newest }: KeyRing, beginning: Omit<Beginning, 'signature'>): Beginning {
  const signature = sign(null, textOf(beginning), newest.sign).toString('base64url');
  return { ...beginning, signature: `${newest.id}.${signature}` };
}

/** What is wrong with the signature of a beginning; undefined when it is ours. */
export function faultOfBeginning(
  beginning: Beginning,
  publicKeys: (id: string) => KeyRing['newest']['verify'] | undefined,
): string | undefined {
  const [id = '', text = ''] = String(beginning.signature).split('.');
  const key = publicKeys(id);
  if (key === undefined) return `where the log begins is signed with the key "${id}", which is not known`;
  const isOurs = verify(null, textOf(beginning), key, Buffer.from(text, 'base64url'));
  return isOurs ? undefined : 'the signature of where the log begins is wrong';
}

function textOf({ chain, seq, hash, at }: Omit<Beginning, 'signature'>): Buffer {
  return Buffer.from(`portvakt-beginning\n${chain}\n${seq}\n${hash}\n${at}`);
}
