import { z } from 'zod';
import type { HttpAnswer } from '../../core/http.ts';
import { codeOfStatus, type ErrorCode, errorCodes, own } from './wire.ts';

const started = z.object({
  orderRef: z.string().min(1).max(200),
  autoStartToken: z.string().min(1).max(200),
  qrStartToken: z.string().min(1).max(200),
  qrStartSecret: z.string().min(1).max(200),
});

const startedByPhone = started.pick({ orderRef: true });

const completion = z.object({
  user: z.object({
    personalNumber: z.string().regex(/^\d{12}$/),
    name: z.string(),
    givenName: z.string(),
    surname: z.string(),
  }),
  device: z.object({ ipAddress: z.string().optional(), uhi: z.string().optional() }).nullish(),
  bankIdIssueDate: z.string().optional(),
  stepUp: z.object({ mrtd: z.boolean().nullish() }).nullish(),
  risk: z.string().nullish(),
  signature: z.string().min(1),
  ocspResponse: z.string().min(1),
});

/** What a completed order tells (BankID reference 3.2). */
export type Completion = z.infer<typeof completion>;

/** What a start gave, without what phone orders do not have. */
export type Started = z.infer<typeof startedByPhone> & Partial<z.infer<typeof started>>;

/** An error in BankID’s own words; `unknown` for a word that is not among them. */
export type Refusal = { readonly error: ErrorCode } | { readonly unknownError: string };

/** What BankID said of an order; `missed` is anything that cannot be made sense of. */
export type Collected =
  | { readonly status: 'pending' | 'failed'; readonly hint: string }
  | { readonly status: 'complete'; readonly completion: Completion | undefined }
  | { readonly unknownStatus: string }
  | Refusal
  | 'missed';

/** Reads the answer to a start; undefined when it is none. Properties nobody knows are left alone, as BankID asks for. */
export function readStarted(answer: HttpAnswer, byPhone: boolean): Started | Refusal | undefined {
  if (answer.status !== 200) return readRefusal(answer);
  const parsed = (byPhone ? startedByPhone : started).safeParse(readJson(answer));
  return parsed.success ? parsed.data : undefined;
}

const state = z.object({
  orderRef: z.string(),
  status: z.string(),
  hintCode: z.string().nullish(),
  completionData: z.unknown().optional(),
});

/** Reads the answer to a question about this order. */
export function readCollected(answer: HttpAnswer, orderRef: string): Collected {
  if (answer.status !== 200) return readRefusal(answer) ?? 'missed';
  const parsed = state.safeParse(readJson(answer));
  // About another order it says nothing of ours, least of all a yes.
  if (!parsed.success || parsed.data.orderRef !== orderRef) return 'missed';
  const { status, hintCode, completionData } = parsed.data;
  if (status === 'pending' || status === 'failed') return { status, hint: hintCode ?? '' };
  if (status === 'complete') return { status, completion: completion.safeParse(completionData).data };
  return { unknownStatus: status };
}

const refusal = z.object({ errorCode: z.string().min(1) });

function readRefusal(answer: HttpAnswer): Refusal | undefined {
  const { data } = refusal.safeParse(readJson(answer));
  const code = data?.errorCode ?? codeOfStatus[answer.status];
  if (code === undefined) return undefined;
  return own(errorCodes, code) === undefined ? { unknownError: code } : { error: code as ErrorCode };
}

/** The body when it says to be JSON and is; `text/html` comes from somebody in between. */
function readJson({ headers, body }: HttpAnswer): unknown {
  const type = headers['content-type'];
  if (typeof type !== 'string' || !/^application\/json\s*(?:;|$)/i.test(type)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
