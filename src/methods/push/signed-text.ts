/** What of the approval protocol is signed, and the fields of each in their order. docs/approval-protocol.md, "What is signed". */
export const signedFields = {
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

/** The version of the protocol. It is in what is signed, so that nothing signed under another can be used under this one. */
export const protocolVersion = '1';

type Kind = keyof typeof signedFields;

/** The values of one text. */
export type SignedValues<K extends Kind> = Readonly<Record<(typeof signedFields)[K][number], string>>;

/** The text that is signed: the lengths make it impossible that two different things have the same text. */
export function signedText<K extends Kind>(kind: K, values: SignedValues<K>): string {
  const names: readonly (keyof SignedValues<K> & string)[] = signedFields[kind];
  const lines = names.map((name) => `${name} ${utf8Length(values[name])}:${values[name]}\n`);
  return `portvakt-${kind} ${protocolVersion}\n${lines.join('')}`;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
