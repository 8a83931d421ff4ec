import { z } from 'zod';
import type { BackendUse } from '../../core/backend.ts';
import { Problem } from '../../core/problem.ts';
import { bankIdBackends, type Order } from './backend.ts';
import type { QrParts } from './qr.ts';
import type { Device, Language } from './user-texts.ts';
import type { Purpose } from './wire.ts';

/** The method, as transactions and events name it. */
export const method = 'bankid';

/** Setting of steps that talk to BankID. */
export const connection = z
  .string()
  .min(1)
  .default('default')
  .describe('Which of the connections in `bankid` of the configuration; default');

/** Setting of steps that tell people something. */
export const language = z
  .enum(['sv', 'en'])
  .default('sv')
  .describe('Language of texts for the person, unless the request says `language`: sv or en; sv');

/** What an order is for. */
export const purpose = z.enum(['auth', 'sign', 'phone-auth', 'phone-sign']);

/** The connection that a step uses. */
export function backend(settings: { readonly connection: string }): BackendUse {
  return { kind: bankIdBackends.name, name: settings.connection };
}

/** What a transaction remembers. */
export interface Memory extends Order {
  readonly connection: string;
  /** Absent for orders by phone. */
  readonly qr?: QrParts;
}

/**
 * What a transaction remembers, when it is one of this connection, and of these sorts if any are named.
 *
 * @throws Problem 'transaction-unknown' for another
 */
export function memoryOf(
  memory: unknown,
  { connection: name, purposes }: { readonly connection: string; readonly purposes?: readonly Purpose[] },
): Memory {
  const known = memory as Memory;
  if (known.connection !== name) throw new Problem('transaction-unknown', 'it belongs to another connection');
  if (purposes?.includes(known.purpose) === false) throw new Problem('transaction-unknown', 'it is for something else');
  return known;
}

type Input = Readonly<Record<string, string | undefined>>;

/** Id of the transaction a request is about. PhenixID’s guides: `transactionID`; `orderRef` for orders by phone. */
export function idIn(input: Input): string {
  const id = input['transactionID'] ?? input['orderRef'];
  if (id === undefined) throw new Problem('property-missing', 'must be there', { property: 'transactionID' });
  return id;
}

/** The one of these words that the property says; the first when it is not there. @throws Problem 'property-invalid' */
export function choiceIn<const Word extends string>(
  input: Input,
  property: string,
  words: readonly [Word, ...Word[]],
): Word {
  const said = input[property] ?? words[0];
  const word = words.find((known) => known === said);
  if (word === undefined) throw new Problem('property-invalid', `must be one of ${words.join(', ')}`, { property });
  return word;
}

/** In which language, and about which device, the person is told something. */
export function wordingIn(input: Input, preset: Language): { readonly language: Language; readonly device: Device } {
  const languages = preset === 'sv' ? (['sv', 'en'] as const) : (['en', 'sv'] as const);
  return { language: choiceIn(input, 'language', languages), device: choiceIn(input, 'device', ['other', 'same']) };
}

/** Properties of requests that {@link wordingIn} reads. */
export const wordingWords = {
  language: 'Language of userMessage: sv or en',
  device: 'Where the person’s app is, which some texts depend on: same or other; other',
};

/** Which picture of the QR code the request asks for, if any. @throws Problem 'property-invalid' */
export function pictureIn(input: Input): 'svg' | 'png' | undefined {
  return input['qrImage'] === undefined ? undefined : choiceIn(input, 'qrImage', ['svg', 'png']);
}

/** Properties of requests and answers about the QR code. */
export const qrWords = {
  input: { qrImage: 'Asks for the QR code as a picture too: svg or png' },
  reply: {
    qrData: 'Text of the animated QR code, another one each second; while no app has taken the order',
    qrSvg: 'The QR code as an SVG document, when qrImage asks for it',
    qrPng: 'The QR code as a PNG file in Base64, when qrImage asks for it',
  },
};
