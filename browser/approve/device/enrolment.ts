/** One enrolment of this browser: a device of one person, with a key of its own that cannot leave the browser. */
export interface Enrolment {
  readonly id: string;
  /** User name. */
  readonly person: string;
  readonly displayName: string;
  readonly realm: string;
  /** What the person calls this device. */
  readonly name: string;
  readonly enrolledAt: number;
  /** Absent once the server has said that the enrolment is over. */
  readonly key?: CryptoKey;
  /** Id of the passkey, base64url. */
  readonly passkeyId?: string;
  /** Endpoint of the subscription that the server was told. */
  readonly endpoint?: string;
  /** What the server said of it last. */
  readonly push: 'none' | 'active' | 'lapsed';
  readonly passkey: 'registered' | 'possible' | 'none';
  readonly passkeyUntil?: number;
  readonly pausedAt?: number;
  /** When this browser learnt that the enrolment is over. */
  readonly revokedAt?: number;
}

/** An enrolment that can sign. */
export type Signer = Pick<Enrolment, 'id'> & { readonly key: CryptoKey };

/** What the server answers to `state`, `enroll`, `push` and `passkey`. docs/approval-protocol.md */
export interface DeviceState {
  readonly device: string;
  readonly name: string;
  readonly enrolledAt: number;
  readonly person: string;
  readonly displayName: string;
  readonly realm: string;
  readonly server: string;
  readonly push: Enrolment['push'];
  readonly passkey: Enrolment['passkey'];
  readonly passkeyUntil?: number;
  readonly pausedAt?: number;
  readonly now: number;
}

/** The enrolment as the server has it now; what only this browser knows stays. */
export function toEnrolment(
  { device, server: _, now: __, ...rest }: DeviceState,
  { key, passkeyId, endpoint }: Pick<Enrolment, 'key' | 'passkeyId' | 'endpoint'>,
): Enrolment {
  return { ...rest, id: device, ...(key && { key }), ...(passkeyId && { passkeyId }), ...(endpoint && { endpoint }) };
}

/** The enrolment once the server does not know it any more: nothing is left to sign with. */
export function revoked({ key: _, passkeyId: __, endpoint: ___, ...rest }: Enrolment, at: number): Enrolment {
  return { ...rest, revokedAt: at };
}

/** The enrolments that can still sign. */
export function signers(enrolments: readonly Enrolment[]): readonly (Enrolment & Signer)[] {
  return enrolments.filter((each): each is Enrolment & Signer => each.key !== undefined);
}
