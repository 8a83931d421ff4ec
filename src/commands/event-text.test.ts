import { describe, expect, it } from 'vitest';
import { defineEvent, type EventType } from '../core/event.ts';
import { fieldsOf, fromJsonLine, toCef, toJsonLine, toLine } from './event-text.ts';

const types = new Map<string, EventType>([
  ['demo.done', defineEvent({ name: 'demo.done', summary: 'Done | by \\ us', severity: 3 })],
]);
const event = { seq: 7, at: 1, event: 'demo.done', severity: 3 };

/** What a collector reads: header fields split at bare "|", then pairs; the value is what stands before the next bare `key=`. */
function readCef(line: string) {
  const parts = /^CEF:0\|((?:(?:[^\\|]|\\[\\|])*\|){6})(.*)$/.exec(line);
  if (parts === null) throw new Error(`this is no CEF: ${line}`);
  const [, header = '', extension = ''] = parts;
  const unescaped = (text: string) => text.replace(/\\(.)/g, '$1');
  const fields = [...header.matchAll(/((?:[^\\|]|\\[\\|])*)\|/g)].map(([, text = '']) => unescaped(text));
  const pairs = [...extension.matchAll(/(\w+)=((?:[^\\=]|\\.)*?)(?= \w+=|$)/g)];
  return { fields, values: Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, unescaped(value)])) };
}

describe('an event as CEF', () => {
  it('has its header, and its fields under the names of the dictionary', () => {
    const line = toCef(
      { ...event, user: 'wgretzky', address: '127.0.0.1', trace: 'abc', suppressed: 4 },
      types,
      '1.2.3',
    );
    expect(line).toBe(
      'CEF:0|Portvakt|Portvakt|1.2.3|demo.done|Done \\| by \\\\ us|3|rt=1 externalId=7 src=127.0.0.1 duser=wgretzky cs1Label=trace cs1=abc cn1Label=suppressed cn1=4',
    );
  });

  // Seen to fail for each of the four without its part of the escaping: a name became further fields, or a further line.
  it.each([
    ['a bar', 'a|b'],
    ['an equals sign, and what looks like a field', 'a src=10.0.0.1 duser=root'],
    ['a backslash at the end, before the next field', 'a\\'],
    ['a backslash before an equals sign', 'a\\=b\\\\=c'],
    ['all of it', 'CEF:0|x|y|1|z|w|9|duser=root \\|\\='],
  ])('reads back as it was written, with %s', (_, hostile) => {
    const given = { user: hostile, reason: hostile, subject: hostile, caller: hostile };
    const { fields, values } = readCef(toCef({ ...event, ...given, address: '127.0.0.1' }, types, '1.2.3'));
    expect(fields).toEqual(['Portvakt', 'Portvakt', '1.2.3', 'demo.done', 'Done | by \\ us', '3']);
    expect(values).toEqual({
      rt: '1',
      externalId: '7',
      src: '127.0.0.1',
      duser: hostile,
      reason: hostile,
      cs4Label: 'caller',
      cs4: hostile,
      cs5Label: 'subject',
      cs5: hostile,
    });
  });

  it('escapes an event that nobody declared, as its name then stands in the header twice', () => {
    const { fields } = readCef(toCef({ ...event, event: 'a|b\\' }, types, '1.2.3'));
    expect(fields.slice(3)).toEqual(['a|b\\', 'a|b\\', '3']);
  });
});

describe.each([
  ['CEF', (fields: typeof event & { readonly user: string }) => toCef(fields, types, '1.2.3')],
  ['a line for people', toLine],
])('an event as %s', (_, write) => {
  it.each(['\n', '\r', '\r\n', '\u{85}', '\u{2028}', '\u{2029}', '\0', '\u{1b}[2J', '\u{202e}'])(
    'stays one line that steers no terminal: %j',
    (evil) => {
      const line = write({ ...event, user: `a${evil}CEF:0|Portvakt|Portvakt|1|account.unlocked|x|3|` });
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(line).toContain('\u{fffd}');
    },
  );
});

describe('an event as JSON', () => {
  it('stays one line, and reads back with whatever stood in it', () => {
    const user = 'a|b=c\\d\n{"seq":8}","hash":"';
    const entry = { seq: 7, body: JSON.stringify({ ...event, user }), hash: 'f'.repeat(64) };
    const line = toJsonLine(entry);
    expect(line).not.toContain('\n');
    expect(fromJsonLine(line)).toEqual({ entry });
    expect(fieldsOf(entry)).toMatchObject({ user });
  });
});
