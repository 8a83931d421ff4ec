import { utf8 } from './bytes.ts';

/** docs/approval-protocol.md, "What is signed": the fields of each kind of text, in their order. */
const fields = {
  request: ['what', 'device', 'time', 'nonce', 'body'],
  answer: [
    'assignment',
    'tenant',
    'asker',
    'person',
    'message',
    'application',
    'place',
    'address',
    'asked',
    'ends',
    'device',
    'decision',
    'number',
  ],
  passkey: ['device', 'nonce'],
} as const;

type Kind = keyof typeof fields;

/** The values of one text. */
export type Signed<K extends Kind> = Readonly<Record<(typeof fields)[K][number], string>>;

/** The version of the protocol that this app speaks. */
export const protocolVersion = '1';

/** The text that is signed. */
export function signedText<K extends Kind>(kind: K, values: Signed<K>): string {
  const names: readonly (keyof Signed<K> & string)[] = fields[kind];
  const lines = names.map((name) => `${name} ${utf8(values[name]).length}:${values[name]}\n`);
  return `portvakt-${kind} ${protocolVersion}\n${lines.join('')}`;
}
