import type { HttpClient } from '../../core/http.ts';
import type { NetIdSettings } from '../../core/netid-settings.ts';
import { Problem } from '../../core/problem.ts';
import type { XmlElement } from '../../core/xml-tree.ts';
import { type NiasOperation, niasSpace, request, resultOf } from './messages.ts';
import { envelope, headersFor, readAnswer } from './soap.ts';

/** What an operation answered: its result, or the text of a SOAP fault. */
export type Said = { readonly result: XmlElement } | { readonly fault: string };

/** Asks one operation of the server. @throws Problem 'vendor-fault', 'vendor-timeout' when there is no usable answer */
export type Caller = (
  operation: NiasOperation,
  parameters: Readonly<Record<string, string | undefined>>,
) => Promise<Said>;

/** Largest answer that is read. Our choice, ample for signature, certificate and revocation answer. */
const maxBytes = 500_000;

/** Calls over SOAP, as the settings say. */
export function createCaller({ url, soap, timeoutMs }: NetIdSettings, http: HttpClient): Caller {
  return async (operation, parameters) => {
    const headers = headersFor(soap, `${niasSpace}${operation}`);
    const body = envelope(soap, request(operation, parameters));
    const sent = await http.request({ method: 'POST', url, headers, body, timeoutMs, maxBytes });
    const answer = readAnswer({ status: sent.status, type: textOf(sent.headers['content-type']), body: sent.body });
    if ('unusable' in answer) throw new Problem('vendor-fault', `${operation} ${answer.unusable}`);
    if ('fault' in answer) return answer;
    const result = resultOf(operation, answer.content);
    if (result === undefined) throw new Problem('vendor-fault', `${operation} answered something else`);
    return { result };
  };
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}
