import type { BoundOperation } from '../core/bind.ts';
import { coreEvents, type Origin } from '../core/event.ts';
import type { Facts, InitialFacts } from '../core/facts.ts';
import { record } from '../core/pipeline.ts';
import type { Ports } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { type Budget, createBudget } from './budget.ts';
import type { CallerRequest, Callers } from './callers/index.ts';

/** A tenant as the API needs it. */
export interface Tenant {
  readonly id: string;
  readonly realm: string;
  readonly operations: ReadonlySet<string>;
  readonly rateLimit?: { readonly perSecond: number; readonly burst: number } | undefined;
}

/** Who asks for what. */
interface Asked {
  readonly operation: string;
  readonly request: CallerRequest;
  readonly trace: string;
  readonly input: Facts['input'];
}

interface AdmissionParts {
  readonly operations: ReadonlyMap<string, BoundOperation>;
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly callers: Callers;
  readonly ports: Pick<Ports, 'store'>;
}

/** Lets a request in, or throws. */
export type Admission = (asked: Asked) => Promise<{ readonly operation: BoundOperation; readonly start: InitialFacts }>;

/** Refusals of callers that are written to the audit log, a second and at once: a flood of them must not fill the disk. */
const recordedRefusals = { perSecond: 10, burst: 100 } as const;

/**
 * Everything before the operation: the tenant is known, the caller speaks for it, the operation is among those it may ask for, and it does
 * not ask too often.
 *
 * @throws Problem 'unauthenticated' | 'not-permitted' | 'rate-limited' | 'unavailable'
 */
export function createAdmission({ operations, tenants, callers, ports }: AdmissionParts): Admission {
  const limits = new Map<string, Budget>();
  for (const { id, rateLimit } of tenants.values()) {
    if (rateLimit !== undefined) limits.set(id, createBudget(rateLimit.perSecond, rateLimit.burst));
  }
  const recordRefusal = createRefusalRecorder(ports);

  async function letIn({ operation: name, request, trace, input }: Asked, tenant: Tenant | undefined, address: string) {
    if (tenant === undefined) throw new Problem('not-permitted', 'unknown tenant');
    const { id, realm } = tenant;
    const proof = callers.prove(id, request);
    const caller = typeof proof === 'string' ? proof : await proof;
    const operation = tenant.operations.has(name) ? operations.get(name) : undefined;
    if (operation === undefined) throw new Problem('not-permitted', 'not an operation of the tenant');
    const wait = limits.get(id)?.take() ?? 0;
    if (wait > 0) throw new Problem('rate-limited', '', { retryAfterSeconds: Math.ceil(wait) });
    const headers = request.headers as Facts['headers'];
    const origin = { trace, tenant: id, operation: name, address, caller };
    const start = {
      operation: name,
      tenant: { id, realm },
      caller: { name: caller, address },
      headers,
      input,
      origin,
      reply: {},
    };
    return { operation, start };
  }

  return async (asked) => {
    const { request, trace } = asked;
    const header = request.headers['tenant'];
    const tenant = typeof header === 'string' ? tenants.get(header) : undefined;
    const address = callers.addressOf(request);
    try {
      return await letIn(asked, tenant, address);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await recordRefusal({ trace, address, ...(tenant && { tenant: tenant.id }) }, error);
      if (tenant === undefined || error.code !== 'unauthenticated') throw error;
      throw new Problem(error.code, error.detail, { cause: error, challenge: callers.challenge(tenant.id, request) });
    }
  };
}

function createRefusalRecorder(ports: Pick<Ports, 'store'>) {
  const budget = createBudget(recordedRefusals.perSecond, recordedRefusals.burst);
  let suppressed = 0;
  return async (origin: Origin, { code, status }: Problem): Promise<void> => {
    if (status >= 500) return;
    if (budget.take() > 0) {
      suppressed += 1;
      return;
    }
    const left = suppressed === 0 ? {} : { suppressed };
    suppressed = 0;
    await record(ports, { ...origin, type: coreEvents.callerRefused, reason: code, ...left });
  };
}
