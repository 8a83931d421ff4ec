import { type Key, type Kind, settings } from './store.ts';

/** A signed statement that a chain of the audit log begins behind this entry: it, and all before it, were removed. */
export interface Beginning {
  readonly chain: number;
  readonly seq: number;
  readonly hash: string;
  /** When they were removed. */
  readonly at: number;
  /** Ed25519 signature over `portvakt-beginning\n<chain>\n<seq>\n<hash>\n<at>`, base64url, behind the id of the key. */
  readonly signature: string;
}

interface Beginnings {
  readonly chains: readonly Beginning[];
}

/** Where chains begin of which something was removed; absent when nothing ever was. */
export const logBeginnings: Key<Beginnings> = { kind: settings as Kind<Beginnings>, id: 'log-beginnings' };
