import type { ServerResponse } from 'node:http';
import type { CurrentFault, SimAnswer } from './simulator.ts';

/** Faults that any service may have, whatever it speaks. Names that begin with `certificate-` are of the connection. */
export const transportFaults = {
  slow: 'The answer comes late',
  silent: 'The request is carried out, and never answered',
  'cut-unread': 'The connection breaks before the request is carried out',
  'cut-before-head': 'The request is carried out, and the connection breaks before the answer',
  'cut-after-head': 'The connection breaks after the head of the answer',
  'half-body': 'The connection breaks in the middle of the body',
  'short-body': 'The body ends early, and the connection stays',
  'empty-body': 'The body is empty',
  rubbish: 'The body is bytes that mean nothing',
  'html-page': 'The body is the page of a proxy',
  'content-type': 'The body is right, its content type is not',
  'status-500': 'The service says that it has an internal error',
  'status-503': 'The service says that it is away',
  'status-429': 'The service says that it is asked too often',
  redirect: 'The service sends to another address',
  enormous: 'The body has no end',
  'certificate-other-authority': 'The certificate is of an authority nobody knows',
  'certificate-expired': 'The certificate has expired',
  'certificate-other-host': 'The certificate is for another host',
} as const satisfies Record<string, string>;

/** A key of the table above. */
export type TransportFault = keyof typeof transportFaults;

/** True for the one fault that keeps a request from being carried out. */
export function isUnread(fault: CurrentFault | undefined): boolean {
  return fault?.name === 'cut-unread';
}

const page = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

/** Answers that replace the right one. */
const instead: Readonly<Record<string, SimAnswer>> = {
  'empty-body': { status: 200, body: '' },
  rubbish: { status: 200, body: '\u0000\u0001\ufffd{[<"rubbish' },
  'html-page': { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: page },
  'status-500': { status: 500, headers: { 'content-type': 'text/html; charset=utf-8' }, body: page },
  'status-503': { status: 503, headers: { 'content-type': 'text/plain' }, body: 'Service Unavailable' },
  'status-429': {
    status: 429,
    headers: { 'content-type': 'text/plain', 'retry-after': '30' },
    body: 'Too Many Requests',
  },
  redirect: { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' },
};

const megabyte = Buffer.alloc(1_000_000, ' ');

/** Sends the answer as the fault spoils it. */
export function sendSpoiled(response: ServerResponse, answer: SimAnswer, { name, delayMs = 3000 }: CurrentFault): void {
  const body = Buffer.from(answer.body);
  const cut = () => response.destroy();
  const spoil: Readonly<Record<string, () => void>> = {
    slow: () => void setTimeout(() => sendAnswer(response, answer), delayMs).unref(),
    silent: () => undefined,
    'cut-unread': cut,
    'cut-before-head': cut,
    'cut-after-head': () => {
      headed(response, answer, body.length).flushHeaders();
      setImmediate(cut);
    },
    'half-body': () =>
      void headed(response, answer, body.length).write(body.subarray(0, body.length / 2), () => setImmediate(cut)),
    'short-body': () => sendAnswer(response, { ...answer, body: body.subarray(0, body.length / 2).toString('latin1') }),
    'content-type': () =>
      sendAnswer(response, { ...answer, headers: { ...answer.headers, 'content-type': 'image/png' } }),
    enormous: () => pour(response.writeHead(200, answer.headers)),
  };
  const play = spoil[name] ?? (() => sendAnswer(response, instead[name] ?? answer));
  play();
}

/** Sends an answer as it is. */
export function sendAnswer(response: ServerResponse, answer: SimAnswer): void {
  headed(response, answer, Buffer.byteLength(answer.body)).end(answer.body);
}

function headed(response: ServerResponse, { status, headers }: SimAnswer, length: number): ServerResponse {
  return response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'content-length': String(length) }) });
}

/** Writes until whoever reads has had enough. */
function pour(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write(megabyte));
  };
  response.on('drain', more);
  more();
}
