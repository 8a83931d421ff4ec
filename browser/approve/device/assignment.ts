import { askAs, signatureOf } from './ask.ts';
import { digest } from './bytes.ts';
import type { Signer } from './enrolment.ts';
import type { Outcome } from './keep.ts';
import { signedText } from './signed-text.ts';

/** What `fetch` answers: all there is to show. docs/approval-protocol.md */
export interface Assignment {
  readonly assignment: string;
  readonly tenant: string;
  readonly asker: string;
  readonly person: string;
  readonly message: string;
  readonly application: string;
  readonly place: string;
  readonly address: string;
  readonly asked: number;
  readonly ends: number;
  readonly match: boolean;
  readonly passkey: boolean;
  readonly now: number;
}

/** What a person says to an assignment. */
export type Decision = 'approve' | 'reject' | 'not-me';

/** The text that the answer signs: everything that was shown. */
export function answerText(shown: Assignment, device: string, decision: Decision, number: string): string {
  const { assignment, tenant, asker, person, message, application, place, address, asked, ends } = shown;
  return signedText('answer', {
    assignment,
    tenant,
    asker,
    person,
    message,
    application,
    place,
    address,
    asked: String(asked),
    ends: String(ends),
    device,
    decision,
    number,
  });
}

/**
 * Answers an assignment as it was shown.
 *
 * @param prove makes the passkey's assertion for a challenge, as JSON; called only when the assignment demands one
 * @throws Refusal, NoConnection, and whatever `prove` throws
 */
export async function answer(
  signer: Signer,
  shown: Assignment,
  { decision, number = '' }: { readonly decision: Decision; readonly number?: string },
  prove: (challenge: string) => Promise<string>,
): Promise<Outcome> {
  const text = answerText(shown, signer.id, decision, number);
  const needsProof = shown.passkey && decision === 'approve';
  const credential = needsProof ? await prove(await digest(text)) : undefined;
  const body = {
    assignment: shown.assignment,
    decision,
    ...(number !== '' && { number }),
    signature: await signatureOf(text, signer.key),
    ...(credential !== undefined && { credential }),
  };
  return (await askAs<{ readonly outcome: Outcome }>(signer, 'answer', body)).outcome;
}
