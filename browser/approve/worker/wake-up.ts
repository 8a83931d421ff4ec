/** What a push says. docs/approval-protocol.md, "The wake-up" */
export interface WakeUp {
  readonly assignment: string;
  readonly device: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Reads a push; undefined when it is none of ours. */
export function readWakeUp(payload: string): WakeUp | undefined {
  try {
    const { v, t, d, e } = JSON.parse(payload) as Readonly<Record<string, unknown>>;
    if (v !== 1 || typeof t !== 'string' || typeof d !== 'string' || typeof e !== 'number') return undefined;
    return { assignment: t, device: d, endsAt: e * 1000 };
  } catch {
    return undefined;
  }
}
