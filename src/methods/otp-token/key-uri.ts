import type { HashName } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { parseBase32, toBase32 } from './base32.ts';
import { type TokenType, toTokenSeed, warningsAbout } from './seed.ts';

/** What a key URI says. Source: Google Authenticator wiki, "Key Uri Format". */
export interface KeyUri {
  readonly type: TokenType;
  /** Who the account is with; empty when nobody says. No colon. */
  readonly issuer: string;
  readonly account: string;
  readonly secret: Uint8Array;
  readonly algorithm: HashName;
  readonly digits: number;
  readonly periodSeconds: number;
  readonly counter: number;
}

/** The URI that phone apps read from a QR code. Spaces are `%20`; the issuer is both prefix and parameter. */
export function toKeyUri({ type, issuer, account, secret, algorithm, digits, periodSeconds, counter }: KeyUri): string {
  const label = [...(issuer === '' ? [] : [issuer]), account].map(encodeURIComponent).join(':');
  const parameters = [
    ['secret', toBase32(secret)],
    ...(issuer === '' ? [] : [['issuer', encodeURIComponent(issuer)]]),
    ['algorithm', algorithm],
    ['digits', digits],
    type === 'hotp' ? ['counter', counter] : ['period', periodSeconds],
  ];
  return `otpauth://${type}/${label}?${parameters.map((pair) => pair.join('=')).join('&')}`;
}

/** A key URI that was read, and what is odd about it. */
export interface ReadKeyUri {
  readonly uri: KeyUri;
  /** Serial number, when some program put a parameter `serial` in. */
  readonly serial?: string;
  readonly warnings: readonly string[];
}

/**
 * Reads a key URI as it is met: colon literal or `%3A`, secret in lower case or with spaces or padding, issuer missing or only a prefix.
 *
 * A plus sign stays a plus sign. When prefix and parameter `issuer` differ, the parameter is taken (our choice). Unknown parameters are ignored.
 *
 * @throws Problem 'property-invalid' with a sentence that holds nothing of the secret
 */
export function parseKeyUri(text: string): ReadKeyUri {
  const parts = /^otpauth:\/\/([a-z]+)\/([^?#/]*)\?([^#]*)$/i.exec(text.trim());
  const [, host = '', label = '', query = ''] = parts ?? [];
  const type = host.toLowerCase();
  if (parts === null)
    throw new Problem('property-invalid', 'this is not an otpauth:// URI with a label and parameters');
  if (type !== 'totp' && type !== 'hotp')
    throw new Problem('property-invalid', 'the URI is neither for totp nor for hotp');
  const parameters = parseQuery(query);
  const written = parameters.get('secret');
  if (written === undefined) throw new Problem('property-invalid', 'the URI has no secret');
  if (type === 'hotp' && !parameters.has('counter'))
    throw new Problem('property-invalid', 'the URI for hotp has no counter');
  // Base32 has no plus sign: here it can only be a space of a form.
  const { bytes, exact } = parseBase32(written.replaceAll('+', ' '));
  const { issuer, account, differs } = parseLabel(decode(label), parameters.get('issuer'));
  if (account === '') throw new Problem('property-invalid', 'the label of the URI names no account');
  const words = { id: 'key-uri', type, secret: bytes, algorithm: parameters.get('algorithm') } as const;
  const rest = {
    digits: parameters.get('digits'),
    period: parameters.get('period'),
    counter: parameters.get('counter'),
  };
  const { algorithm, digits, periodSeconds, counter } = toTokenSeed({ ...words, ...rest });
  const serial = parameters.get('serial');
  return {
    uri: { type, issuer, account, secret: bytes, algorithm, digits, periodSeconds, counter },
    ...(serial === undefined ? {} : { serial }),
    warnings: [
      ...warningsAbout(bytes),
      ...(exact ? [] : [inexact]),
      ...(differs ? ['the issuer before the account is another than the parameter; the parameter was taken'] : []),
    ],
  };
}

/** What is said of a Base32 text that is not {@link Base32.exact}. */
export const inexact = 'the secret has bits set after its last byte; perhaps its last letter is wrong';

function parseQuery(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at)).toLowerCase();
    // Which of two would count is a matter of taste; two programs that differ would hold two tokens.
    if (parameters.has(name)) throw new Problem('property-invalid', 'the URI has one parameter twice');
    parameters.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return parameters;
}

function parseLabel(label: string, parameter: string | undefined) {
  const colon = label.indexOf(':');
  if (parameter !== undefined && label.startsWith(`${parameter}:`)) {
    return { issuer: parameter, account: label.slice(parameter.length + 1).trim(), differs: false };
  }
  if (colon < 0) return { issuer: parameter ?? '', account: label.trim(), differs: false };
  const prefix = label.slice(0, colon).trim();
  const account = label.slice(colon + 1).trim();
  // The spaces of a form, in the parameter only: the prefix shows that they are meant as such.
  const agrees =
    parameter === undefined ||
    parameter === '' ||
    parameter.trim() === prefix ||
    parameter.replaceAll('+', ' ') === prefix;
  return { issuer: agrees ? prefix : parameter, account, differs: !agrees };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new Problem('property-invalid', 'the URI has a % that is not followed by UTF-8 in hexadecimal digits', {
      cause,
    });
  }
}
