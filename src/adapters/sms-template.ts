import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { SettingsOf } from '../core/gateway-settings.ts';
import type { HttpAnswer, HttpRequest } from '../core/http.ts';
import type { Sms } from './messages-gateway.ts';
import { accepted, basicAuth, type HttpDialect, parseObject, refusalOf, unreadable } from './sms-http.ts';

/** Placeholder → value. */
export type Values = Readonly<Record<string, string>>;

/** The number in the spellings that gateways want: `{to} {toNoPlus} {to00} {toNational}`. */
export function spellings(to: string): Values {
  const national = parsePhoneNumberFromString(to)?.formatNational().replaceAll(/\D/g, '');
  return { to, toNoPlus: to.slice(1), to00: `00${to.slice(1)}`, toNational: national ?? `00${to.slice(1)}` };
}

/** The text with its placeholders filled; every value is written for its place by `write`, so that none can leave it. */
export function fill(text: string, values: Values, write: (value: string) => string = (value) => value): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => write(values[name] ?? ''));
}

/** Any gateway that takes HTTP requests, as the operator describes it. */
export function templateDialect(settings: SettingsOf<'http'>): HttpDialect {
  return {
    toRequest: (sms) => toRequest(settings, sms),
    fromAnswer: (answer) => fromAnswer(settings, answer),
  };
}

function toRequest(settings: SettingsOf<'http'>, { to, text, reference }: Sms): HttpRequest | undefined {
  const { charset, from = '', user = '', password = '', basic } = settings;
  const values = { ...spellings(to), from, text, reference, user, password };
  if (charset === 'iso-8859-1' && !isLatin(Object.values(values).join(''))) return undefined;
  const headers = Object.entries(settings.headers).map(([name, value]) => [name, fill(value, values)] as const);
  // A line break would begin a header of its own; anything but Latin-1 could not be sent.
  if (headers.some(([, value]) => /[\r\n\0]/.test(value) || !isLatin(value))) return undefined;
  const { body, type } = toBody(settings, values);
  return {
    method: settings.method,
    url: fill(settings.url, values, (value) => percent(value, charset)),
    headers: {
      ...(type && { 'content-type': type }),
      ...(basic && basicAuth(basic.username, basic.password)),
      ...Object.fromEntries(headers),
    },
    ...(body !== undefined && { body }),
  };
}

function toBody(
  { form, json, xml, charset }: SettingsOf<'http'>,
  values: Values,
): { body?: Uint8Array; type?: string } {
  const encoding = charset === 'utf-8' ? 'utf8' : 'latin1';
  if (form !== undefined) {
    const write = (part: string) => percent(fill(part, values), charset).replaceAll('%20', '+');
    const body = Object.entries(form).map(([name, value]) => `${write(name)}=${write(value)}`);
    return { body: Buffer.from(body.join('&')), type: `application/x-www-form-urlencoded; charset=${charset}` };
  }
  if (json !== undefined) {
    return { body: Buffer.from(JSON.stringify(fillTree(json, values))), type: 'application/json; charset=utf-8' };
  }
  if (xml === undefined) return {};
  return { body: Buffer.from(fill(xml, values, toXml), encoding), type: `application/xml; charset=${charset}` };
}

function fillTree(tree: unknown, values: Values): unknown {
  if (typeof tree === 'string') return fill(tree, values);
  if (Array.isArray(tree)) return tree.map((item) => fillTree(item, values));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, fillTree(value, values)]));
}

/** Percent-encodes all but the unreserved characters of RFC 3986 §2.3. */
function percent(value: string, charset: 'utf-8' | 'iso-8859-1'): string {
  const bytes = Buffer.from(value, charset === 'utf-8' ? 'utf8' : 'latin1');
  return [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      const plain = /[A-Za-z0-9._~-]/.test(character);
      return plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function toXml(value: string): string {
  return value.replaceAll(/[&<>"']|[^\t\n\r\x20-\uffff]/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function isLatin(text: string): boolean {
  return /^[\0-\xff]*$/.test(text);
}

function fromAnswer({ accepted: rule, id }: SettingsOf<'http'>, answer: HttpAnswer) {
  const { statuses, startsWith = '', contains = '', json = {} } = rule;
  if (!statuses.includes(answer.status)) return refusalOf(answer);
  const wantsJson = Object.keys(json).length > 0;
  const tree = wantsJson || id !== undefined ? parseObject(answer.body) : undefined;
  if (wantsJson && tree === undefined) return unreadable;
  const holds =
    answer.body.startsWith(startsWith) &&
    answer.body.includes(contains) &&
    Object.entries(json).every(([pointer, value]) => at(tree, pointer) === value);
  if (!holds) return { outcome: 'refused', reason: 'other', code: 'by its answer' } as const;
  const found = id === undefined ? undefined : at(tree, id);
  return accepted(typeof found === 'number' ? String(found) : found);
}

/** What a JSON pointer points at (RFC 6901). */
function at(tree: unknown, pointer: string): unknown {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>((value, key) => {
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return inside ? (value as Record<string, unknown>)[key] : undefined;
  }, tree);
}
