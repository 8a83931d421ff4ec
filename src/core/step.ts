import type { z } from 'zod';
import type { BackendUse } from './backend.ts';
import type { FactName, Facts } from './facts.ts';
import type { Ports } from './ports.ts';

/** What a step adds to the description of the operations it is used in: property name → one sentence. */
export interface StepWords {
  /** Properties of the request that it reads. */
  readonly input?: Readonly<Record<string, string>>;
  /** Names of those without which it refuses. */
  readonly required?: readonly string[];
  /** Properties it puts in the answer. */
  readonly reply?: Readonly<Record<string, string>>;
}

/** A step as the engine sees it; made by {@link defineStep}. */
export interface Step {
  /** `find-user`, or `<method>/<what-it-does>`. */
  readonly name: string;
  readonly summary: string;
  readonly needs: readonly FactName[];
  readonly gives: readonly FactName[];
  readonly config: z.ZodType;
  /** True when it writes an audit event of its own on every way out but a fault. */
  readonly records: boolean;
  /** True when the fact `user` after it is somebody who has shown to be that person, not somebody who was merely named. */
  readonly proves: boolean;
  /** The connection to an outside service that it needs with these settings. */
  backend(settings: unknown): BackendUse | undefined;
  describe(settings: unknown): StepWords;
  run(facts: object, settings: unknown, ports: Ports): Promise<Partial<Facts>> | Partial<Facts>;
}

interface StepDeclaration<
  Needs extends FactName,
  Gives extends FactName,
  Config extends z.ZodType,
  May extends FactName,
> {
  readonly name: string;
  readonly summary: string;
  readonly needs: readonly Needs[];
  readonly gives: readonly Gives[];
  /** Facts that it takes into account where they are there. */
  readonly may?: readonly May[];
  readonly config: Config;
  readonly records?: boolean;
  readonly proves?: boolean;
  backend?(settings: z.output<Config>): BackendUse;
  describe?(settings: z.output<Config>): StepWords;
  run(
    facts: Pick<Facts, Needs> & Partial<Pick<Facts, May>>,
    settings: z.output<Config>,
    ports: Ports,
  ): Promise<Pick<Facts, Gives>> | Pick<Facts, Gives>;
}

/** Declares a step. `run` returns the facts it gives, changes nothing it was handed, and refuses by throwing a Problem. */
export function defineStep<
  Needs extends FactName,
  Gives extends FactName,
  Config extends z.ZodType,
  May extends FactName = never,
>(step: StepDeclaration<Needs, Gives, Config, May>): Step {
  // The binder hands `run` and `describe` settings that passed `config`, and facts that cover `needs`.
  return { records: false, proves: false, backend: () => undefined, describe: () => ({}), ...step } as Step;
}
