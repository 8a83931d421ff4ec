import type { z } from 'zod';
import type { BackendUse } from './backend.ts';
import { type Condition, parseCondition } from './condition.ts';
import { type FactName, initialFacts } from './facts.ts';
import type { Fault } from './fault.ts';
import type { Line, Operation } from './operation.ts';
import type { Path } from './path.ts';
import type { Step, StepWords } from './step.ts';
import { Template } from './template.ts';

/** A line that is ready to run. */
export type BoundLine =
  | { readonly step: Step; readonly settings: unknown }
  | { readonly when: Condition; readonly then: readonly BoundLine[] };

/** An operation whose every step was found, configured and given what it needs. */
export interface BoundOperation {
  readonly name: string;
  readonly summary: string;
  readonly lines: readonly BoundLine[];
  /** True when some step that always runs writes the audit event. */
  readonly records: boolean;
  /** True when whoever is the user in the end was proved by a step. */
  readonly proves: boolean;
  readonly words: Required<StepWords>;
  /** The connections to outside services that its steps need; each once. */
  readonly backends: readonly BackendUse[];
}

interface Binding {
  readonly steps: ReadonlyMap<string, Step>;
  readonly faults: Fault[];
}

/**
 * Binds operations to their steps, once, at start-up; finds every fault in one go.
 *
 * `path` of a fault begins with `operations`, the operation's name.
 */
export function bind(
  operations: Readonly<Record<string, Operation>>,
  steps: readonly Step[],
): { readonly operations: ReadonlyMap<string, BoundOperation>; readonly faults: readonly Fault[] } {
  const binding: Binding = { steps: new Map(steps.map((step) => [step.name, step])), faults: [] };
  const bound = new Map<string, BoundOperation>();
  for (const [name, { summary, steps: lines }] of Object.entries(operations)) {
    const boundLines = bindLines(lines, ['operations', name, 'steps'], new Set(initialFacts), binding);
    const always = boundLines.flatMap((line) => ('step' in line ? [line.step] : []));
    bound.set(name, {
      name,
      summary,
      lines: boundLines,
      records: always.some((step) => step.records),
      proves: always.some((step) => step.proves) || provesWhereItNames(boundLines),
      words: gather(boundLines),
      backends: backendsIn(boundLines),
    });
  }
  return { operations: bound, faults: binding.faults };
}

function bindLines(lines: readonly Line[], path: Fault['path'], known: Set<FactName>, binding: Binding): BoundLine[] {
  return lines.flatMap((line, index) => {
    const here = [...path, index];
    const bound = 'step' in line ? bindStep(line, here, known, binding) : bindWhen(line, here, known, binding);
    return bound === undefined ? [] : [bound];
  });
}

function bindWhen(line: Extract<Line, { when: unknown }>, path: Fault['path'], known: Set<FactName>, binding: Binding) {
  // What is given inside the group is known inside the group only: it may not have run.
  const then = bindLines(line.then, [...path, 'then'], new Set(known), binding);
  try {
    const when = parseCondition(line.when);
    checkPaths(when.paths, [...path, 'when'], known, binding);
    return { when, then };
  } catch (error) {
    binding.faults.push({ path: [...path, 'when'], message: (error as Error).message });
    return undefined;
  }
}

function bindStep(line: Extract<Line, { step: unknown }>, path: Fault['path'], known: Set<FactName>, binding: Binding) {
  const { step: name, ...written } = line;
  const step = binding.steps.get(name as string);
  if (step === undefined) {
    binding.faults.push({
      path: [...path, 'step'],
      message: `there is no step "${name}"${suggestion(name as string, binding)}`,
    });
    return undefined;
  }
  for (const need of step.needs) {
    if (known.has(need)) continue;
    binding.faults.push({ path, message: `step "${name}" needs "${need}", which ${giversOf(need, binding)}` });
  }
  for (const gift of step.gives) known.add(gift);
  const settings = step.config.safeParse(written);
  if (!settings.success) {
    binding.faults.push(...settings.error.issues.map((issue) => toFault(issue, path)));
    return undefined;
  }
  checkPaths(
    templatesIn(settings.data).flatMap((found) => found.paths),
    path,
    known,
    binding,
  );
  return { step, settings: settings.data };
}

/** Turns what the schema found into a fault below `path`; unknown settings point at themselves. */
export function toFault(issue: z.core.$ZodIssue, path: Fault['path']): Fault {
  const below = [...path, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'unrecognized_keys') {
    return {
      path: [...below, issue.keys[0] ?? ''],
      message: `unknown setting ${issue.keys.map((key) => `"${key}"`).join(', ')}`,
    };
  }
  return { path: below, message: issue.message };
}

function checkPaths(found: readonly Path[], path: Fault['path'], known: ReadonlySet<FactName>, binding: Binding): void {
  for (const { text, fact } of found) {
    if (known.has(fact)) continue;
    binding.faults.push({ path, message: `"${text}" is not known here: "${fact}" ${giversOf(fact, binding)}` });
  }
}

function giversOf(fact: FactName, { steps }: Binding): string {
  const givers = [...steps.values()].filter((step) => step.gives.includes(fact)).map((step) => `"${step.name}"`);
  return givers.length === 0 ? 'no step gives' : `is given by ${givers.join(' or ')}; put that before it`;
}

function suggestion(name: string, { steps }: Binding): string {
  const near = [...steps.keys()].filter(
    (known) => known.split('/').at(-1) === name.split('/').at(-1) || known.startsWith(name),
  );
  return near.length === 0
    ? '; docs/steps.md lists them'
    : `; did you mean ${near.map((known) => `"${known}"`).join(' or ')}?`;
}

function templatesIn(settings: unknown): Template[] {
  if (settings instanceof Template) return [settings];
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.values(settings).flatMap(templatesIn);
}

/** In every branch in which there is a user at all, a step has proved them. */
function provesWhereItNames(lines: readonly BoundLine[]): boolean {
  const givers = stepsIn(lines).filter(({ gives }) => gives.includes('user'));
  return givers.length > 0 && givers.every(({ proves }) => proves);
}

function stepsIn(lines: readonly BoundLine[]): readonly Step[] {
  return lines.flatMap((line) => ('step' in line ? [line.step] : stepsIn(line.then)));
}

function backendsIn(lines: readonly BoundLine[]): BackendUse[] {
  const uses = lines.flatMap((line) =>
    'step' in line ? (line.step.backend(line.settings) ?? []) : backendsIn(line.then),
  );
  return [...new Map(uses.map((use) => [`${use.kind}.${use.name}`, use])).values()];
}

function gather(lines: readonly BoundLine[], always = true): Required<StepWords> {
  const words = lines.map((line) => {
    if (!('step' in line)) return gather(line.then, false);
    const { input = {}, required = [], reply = {} } = line.step.describe(line.settings);
    return { input, required: always ? required : [], reply };
  });
  return {
    input: Object.assign({}, ...words.map(({ input }) => input)),
    required: [...new Set(words.flatMap(({ required }) => required))],
    reply: Object.assign({}, ...words.map(({ reply }) => reply)),
  };
}
