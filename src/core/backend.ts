import { Problem } from './problem.ts';

/** A sort of outside service that a method talks to. The type parameter is what its connector can do. */
export interface BackendKind<T> {
  /** As the configuration names it: `bankid`. */
  readonly name: string;
  /** Carries `T`; never present at run time. */
  readonly shape?: T;
}

/** The configured connections to outside services, by kind and by the name they have in the configuration. */
export interface Backends {
  of<T>(kind: BackendKind<T>, name: string): T;
}

/** Which connection a step uses, for telling at the start that it is not configured. */
export interface BackendUse {
  readonly kind: string;
  readonly name: string;
}

/** Backends by kind and name; asking for one that is not there is our fault, as the configuration was checked. */
export function createBackends(all: Readonly<Record<string, ReadonlyMap<string, unknown>>>): Backends {
  return {
    of<T>({ name: kind }: BackendKind<T>, name: string): T {
      const backend = all[kind]?.get(name);
      if (backend === undefined) throw new Problem('internal', `${kind}.${name} is not configured`);
      return backend as T;
    },
  };
}
