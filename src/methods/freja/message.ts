import { z } from 'zod';
import { toBase64 } from '../../core/base64.ts';
import type { FrejaSettings } from '../../core/freja-settings.ts';
import type { HttpAnswer, HttpRequest } from '../../core/http.ts';
import { type Order, toUserInfo } from './order.ts';

/** What Freja can be asked, as paths and parameters name it ("Authentication Services"). */
const calls = {
  start: { path: 'initAuthentication', parameter: 'initAuthRequest' },
  result: { path: 'getOneResult', parameter: 'getOneAuthResultRequest' },
  cancel: { path: 'cancel', parameter: 'cancelAuthRequest' },
} as const;

/** See {@link calls}. */
export type CallName = keyof typeof calls;

/** Under the organisation's path the start has a shorter name (the vendor's open-source client). */
const paths = {
  personal: { folder: '/authentication/1.0', start: calls.start.path },
  organisation: { folder: '/organisation/authentication/1.0', start: 'init' },
} as const;

/** Where each mode's services are. */
const hosts = {
  test: 'https://services.test.frejaeid.com',
  production: 'https://services.prod.frejaeid.com',
} as const;

/** Largest answer that is read. Our choice, ample for photos. */
const maxBytes = 2_000_000;

type Sending = Pick<FrejaSettings, 'mode' | 'url' | 'context' | 'relyingPartyId' | 'contentType' | 'timeoutMs'>;

/**
 * A request as the vendor's own client sends it: one line, `parameter=Base64 of JSON`, not percent-encoded although the body is labelled JSON.
 *
 * Only where it is labelled as a form it is encoded as one.
 */
export function toRequest(call: CallName, content: object, settings: Sending): HttpRequest {
  const { mode, url = hosts[mode], context, relyingPartyId, contentType, timeoutMs } = settings;
  const { folder, start } = paths[context];
  const encode = contentType === 'application/x-www-form-urlencoded' ? encodeURIComponent : (text: string) => text;
  const line = `${calls[call].parameter}=${encode(toBase64(JSON.stringify(content)))}`;
  const whose = relyingPartyId === undefined ? '' : `&relyingPartyId=${encode(relyingPartyId)}`;
  return {
    method: 'POST',
    url: `${url}${folder}/${call === 'start' ? start : calls[call].path}`,
    headers: { 'content-type': contentType, accept: 'application/json' },
    body: line + whose,
    timeoutMs,
    maxBytes,
  };
}

type Choices = Pick<FrejaSettings, 'context' | 'orgIdIssuer' | 'confirmation' | 'dynamicQr'>;

/** The JSON of a start. What was not asked for is left out; an empty list of attributes is refused by Freja. */
export function toStart(order: Order, { context, orgIdIssuer, confirmation, dynamicQr }: Choices): object {
  const { userInfoType, level, attributes } = order;
  return {
    userInfoType,
    userInfo: toUserInfo(order),
    minRegistrationLevel: level,
    ...(attributes.length > 0 && { attributesToReturn: attributes.map((attribute) => ({ attribute })) }),
    ...(context === 'organisation' && orgIdIssuer !== undefined && { orgIdIssuer }),
    ...(confirmation !== undefined && { userConfirmationMethod: confirmation }),
    ...(dynamicQr && userInfoType === 'INFERRED' && { useDynamicQrCode: true }),
  };
}

const started = z.looseObject({ authRef: z.string().min(1).max(1000), qrCodeSecret: z.string().nullish() });
const result = z.looseObject({
  authRef: z.string(),
  status: z.string().optional(),
  details: z.string().nullish(),
});
const refused = z.looseObject({ code: z.int().min(0) });

/** What a start gave. */
export type StartAnswer = z.infer<typeof started>;
/** What stands of an authentication. */
export type ResultAnswer = z.infer<typeof result>;

/** An answer: what was asked for, an error code, or a status without either. */
export type Said<T> = { readonly content: T } | { readonly code: number } | { readonly http: number };

/** Reads the answer to a start. */
export function readStart(answer: HttpAnswer): Said<StartAnswer> {
  return readAnswer(answer, started);
}

/** Reads the answer to a question about a result. */
export function readResult(answer: HttpAnswer): Said<ResultAnswer> {
  return readAnswer(answer, result);
}

/** 400 and 422 carry a code; which of them comes with which is not documented. */
function readAnswer<T>(answer: HttpAnswer, schema: z.ZodType<T>): Said<T> {
  const { status } = answer;
  const json = readJson(answer);
  if (status === 200) {
    const read = schema.safeParse(json);
    return read.success ? { content: read.data } : { http: status };
  }
  const error = refused.safeParse(json);
  return (status === 400 || status === 422) && error.success ? { code: error.data.code } : { http: status };
}

/** An answer that says it is something else is not read; one that says nothing is. */
function readJson({ headers, body }: HttpAnswer): unknown {
  const type = headers['content-type'];
  if (type !== undefined && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(String(type))) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
