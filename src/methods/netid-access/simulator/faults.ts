import type { OwnFault, SimAnswer } from '../../../simulator-kit/simulator.ts';
import type { CardFault } from './cards.ts';
import type { Fields } from './envelopes.ts';

/** A fault of this service: at most one of its ways is used. */
export interface NiasFault extends OwnFault {
  /** The operation is refused with this word, or text. */
  readonly refusal?: string;
  /** Collect says something else. */
  readonly result?: (fields: Fields) => Fields | undefined;
  /** The result is of another person than the one who approved, or of a card with this fault. */
  readonly card?: 'other-person' | 'holder-of-other-person' | CardFault;
  /** The answer is spoiled once it is written. */
  readonly answer?: (answer: SimAnswer) => SimAnswer;
}

const onCollect = { on: ({ body }: { readonly body: string }) => /[<:]Collect[ >]/.test(body) };
const onOrder = { on: ({ body }: { readonly body: string }) => /[<:](Authenticate|Sign)[ >]/.test(body) };

function inBody(change: (body: string) => string): (answer: SimAnswer) => SimAnswer {
  return (answer) => ({ ...answer, body: change(answer.body) });
}

function inUser(change: (user: Fields) => Fields): (fields: Fields) => Fields {
  return (fields) => (isFields(fields['userInfo']) ? { ...fields, userInfo: change(fields['userInfo']) } : fields);
}

const grown = Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('');

/** What can go wrong here beside what can go wrong with any service. */
export const niasFaults: Readonly<Record<string, NiasFault>> = {
  'user-unknown': { summary: 'Orders: the person is not known', ...onOrder, refusal: 'UNKNOWN_USER' },
  'user-blocked': { summary: 'Orders: the person gets none for a while', ...onOrder, refusal: 'USER_BLOCKED' },
  'user-busy': { summary: 'Orders: the person has one already', ...onOrder, refusal: 'ALREADY_IN_PROGRESS' },
  'caller-refused': { summary: 'Orders: the caller may not use the service', ...onOrder, refusal: 'ACCESS_DENIED_RP' },
  'order-retry': { summary: 'Orders: try again', ...onOrder, refusal: 'RETRY' },
  'order-unknown-word': { summary: 'Orders are refused with a word nobody knows', ...onOrder, refusal: 'CARD_ON_FIRE' },
  'order-wordless': {
    summary: 'Orders are refused without a word',
    ...onOrder,
    refusal: 'Server was unable to process request.',
  },
  'order-decorated': {
    summary: 'Orders are refused with the word in a framework’s text',
    ...onOrder,
    refusal:
      'System.Web.Services.Protocols.SoapException: ALREADY_IN_PROGRESS\n   at Nias.ServiceServer.Authenticate(String personalNumber)',
  },
  'reference-missing': {
    summary: 'Orders are answered without a reference',
    ...onOrder,
    answer: inBody((body) => body.replace(/<(Authenticate|Sign)Result>.*?<\/\1Result>/, '<$1Result />')),
  },
  'collect-retry': { summary: 'Collect: try again', ...onCollect, result: () => ({ progressStatus: 'RETRY' }) },
  'status-unknown': {
    summary: 'Collect says a word nobody knows',
    ...onCollect,
    result: (fields) => ({ ...fields, progressStatus: 'CARD_ON_FIRE' }),
  },
  'status-missing': {
    summary: 'Collect says everything but the status',
    ...onCollect,
    result: (fields) => ({ ...fields, progressStatus: undefined }),
  },
  'status-twice': {
    summary: 'Collect says two statuses',
    ...onCollect,
    answer: inBody((body) =>
      body.replace('<progressStatus>', '<progressStatus>COMPLETE</progressStatus><progressStatus>'),
    ),
  },
  'result-empty': { summary: 'Collect has an empty result', ...onCollect, result: () => ({}) },
  'result-missing': { summary: 'Collect has no result', ...onCollect, result: () => undefined },
  'person-missing': {
    summary: 'Who approved is left out',
    ...onCollect,
    result: (fields) => ({ ...fields, userInfo: undefined }),
  },
  'person-nameless': {
    summary: 'Who approved has a name and no number',
    ...onCollect,
    result: inUser(({ name }) => ({ name })),
  },
  'person-other': { summary: 'Somebody else has approved', ...onCollect, card: 'other-person' },
  'person-formatted': {
    summary: 'The personal number has a hyphen',
    ...onCollect,
    result: inUser((user) => ({ ...user, personalNumber: String(user['personalNumber']).replace(/(?=....$)/, '-') })),
  },
  'card-other-person': {
    summary: 'The certificate is of another person',
    ...onCollect,
    card: 'holder-of-other-person',
  },
  'card-expired': { summary: 'The person’s certificate has expired', ...onCollect, card: 'expired' },
  'card-other-authority': {
    summary: 'The person’s certificate is of an authority nobody knows',
    ...onCollect,
    card: 'other-authority',
  },
  'card-missing': {
    summary: 'The person’s certificate is left out',
    ...onCollect,
    result: inUser((user) => ({ ...user, certificate: undefined })),
  },
  'card-rubbish': {
    summary: 'The person’s certificate means nothing',
    ...onCollect,
    result: inUser((user) => ({ ...user, certificate: 'AQID' })),
  },
  'namespace-other': {
    summary: 'The answer is of another namespace',
    answer: inBody((body) => body.replaceAll('netid.secmaker.com/nias/', 'netid.example.com/nias/')),
  },
  'result-as-error': {
    summary: 'The answer is right, and has status 500',
    answer: (answer) => ({ ...answer, status: 500 }),
  },
  doctype: {
    summary: 'The answer has a document type with an entity from a file',
    answer: inBody((body) => body.replace('<soap:', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><soap:')),
  },
  'entities-grow': {
    summary: 'The answer has entities that grow beyond all measure',
    answer: inBody((body) =>
      body
        .replace('<soap:', `<!DOCTYPE a [<!ENTITY e0 "ha">${grown}]><soap:`)
        .replace('<soap:Body>', '<soap:Body>&e9;'),
    ),
  },
  'depth-enormous': {
    summary: 'The answer’s elements lie deep in each other',
    answer: inBody((body) => body.replace('<soap:Body>', `<soap:Body>${'<a>'.repeat(20_000)}`)),
  },
};

function isFields(value: Fields[string]): value is Fields {
  return typeof value === 'object';
}
