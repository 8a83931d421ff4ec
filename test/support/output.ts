import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { createLog } from '../../src/adapters/log.ts';
import type { Log } from '../../src/core/ports.ts';
import { type Output, outputFolder } from './leaks.ts';

/** Keeps what was written to a log or to an audit log; at the end of the run it is searched for secrets. */
export function keepOutput(what: string, text: string): void {
  const { testPath = '', currentTestName = '' } = expect.getState();
  if (text !== '') append('output', { place: `${what} of ${testPath} > ${currentTestName}`, text } satisfies Output);
}

/** Keeps all events of a data folder, if there is a store in it that can be read. Nobody may be writing to it any more. */
export function keepEvents(data: string): void {
  const file = join(data, 'portvakt.db');
  if (!existsSync(file)) return;
  try {
    const database = new DatabaseSync(file);
    const events = database.prepare('SELECT body FROM event').all();
    database.close();
    keepOutput('events', events.map(({ body }) => body).join('\n'));
  } catch {
    // Some tests leave nothing that could be opened.
  }
}

/** A log as the server's own; `keep` is to be called in the end. */
export function keptLog(onLine = (_: string) => {}): { readonly log: Log; keep(): void } {
  const lines: string[] = [];
  const write = (line: string) => {
    lines.push(line);
    onLine(line);
  };
  const log = createLog('debug', { write });
  return { log, keep: () => keepOutput('log', lines.splice(0).join('')) };
}

/** Names of properties that hold what must never be written: in requests, in answers, in configurations. */
const secretNames =
  /^((user)?password|passphrase|otp|pin|(api|client|webhook)?secret|seed|message|text|mobile|telephone_?number|phone_?number|recipient|to|access_?token|(auth|api)?token|apikey|authorization)$/i;

/** Remembers all that must never be written in a value of any shape, by the names of its properties. */
export function neverWrite(value: unknown, name = ''): void {
  if (typeof value === 'string') {
    if (secretNames.test(name)) secret(value);
  } else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, inner] of Object.entries(value)) neverWrite(inner, isList ? name : key);
  }
}

const known = new Set<string>();

/** Remembers a text that must never be written. Words that may well be written for another reason are no use. */
function secret(text: string): void {
  if (text.length < 6 || /^[a-z]*$/i.test(text) || text.includes('${') || known.has(text)) return;
  known.add(text);
  append('secrets', text);
  // A server takes credentials apart.
  const [, scheme = '', credentials] = /^(basic|bearer) (\S+)$/i.exec(text) ?? [];
  if (credentials === undefined) return;
  secret(credentials);
  if (scheme.toLowerCase() === 'bearer') return;
  const decoded = Buffer.from(credentials, 'base64').toString();
  secret(decoded.slice(decoded.indexOf(':') + 1));
}

function append(kind: 'output' | 'secrets', item: unknown): void {
  const folder = process.env[outputFolder];
  if (folder !== undefined) appendFileSync(join(folder, `${process.pid}.${kind}`), `${JSON.stringify(item)}\n`);
}
