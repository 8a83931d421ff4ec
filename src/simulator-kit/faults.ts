import type { CurrentFault, Faults, OwnFault, SimRequest } from './simulator.ts';
import { type TransportFault, transportFaults } from './transport-faults.ts';

/** {@link Faults}, and what the server needs to play them. */
export interface FaultState extends Faults {
  /** The fault this request meets, which is used up by it. */
  take(request: Pick<SimRequest, 'method' | 'path' | 'body'>): CurrentFault | undefined;
  /** One connection was made with the certificate at fault. */
  countConnection(): void;
}

/** What is in force, and how often yet. `onCertificate` is told which certificate to show. */
export function createFaults(
  own: Readonly<Record<string, OwnFault>>,
  onCertificate: (fault: TransportFault | undefined) => void,
): FaultState {
  const names = {
    ...transportFaults,
    ...Object.fromEntries(Object.entries(own).map(([name, { summary }]) => [name, summary])),
  };
  let current: CurrentFault | undefined;

  function put(next: CurrentFault | undefined): void {
    const before = certificateOf(current);
    current = next;
    if (certificateOf(next) !== before) onCertificate(certificateOf(next));
  }

  function useUp(used: CurrentFault): void {
    if (used.times === undefined) return;
    put(used.times > 1 ? { ...used, times: used.times - 1 } : undefined);
  }

  return {
    names,
    get current() {
      return current;
    },
    set(name, limits = {}) {
      if (name !== undefined && !Object.hasOwn(names, name)) throw new Error(`there is no fault "${name}"`);
      put(name === undefined ? undefined : { name, ...limits });
    },
    take(request) {
      const fault = current;
      if (fault === undefined || certificateOf(fault) !== undefined) return undefined;
      if (!request.path.includes(fault.path ?? '') || own[fault.name]?.on?.(request) === false) return undefined;
      useUp(fault);
      return fault;
    },
    countConnection() {
      if (current !== undefined && certificateOf(current) !== undefined) useUp(current);
    },
  };
}

function certificateOf(fault: CurrentFault | undefined): TransportFault | undefined {
  return fault?.name.startsWith('certificate-') ? (fault.name as TransportFault) : undefined;
}
