import type { Violation } from './checker/facts.ts';
import type { RequestLine } from './history.ts';
import { holds, type Plan, type Proof } from './prove.ts';

/** Violations that are written out; the others are counted. */
const shown = 20;

/** Requests of one violation that are written out. */
const shownRequests = 8;

/** What a proof has to say, as Markdown. */
export function toMarkdown(
  proof: Proof,
  { arrangement, seed, lanes }: Plan,
  facts: Readonly<Record<string, string>>,
): string {
  const { verdict, seconds, counts } = proof;
  const perSecond = counts.answered / seconds;
  const rows = {
    ...facts,
    arrangement: `${arrangement.nodes} servers, ${arrangement.name}`,
    seed: String(seed),
    'clients at once': String(lanes),
    lasted: `${Math.round(seconds)} s, ${Math.round(perSecond)} answers a second`,
  };
  const counted = Object.entries(verdict.counts).map(([name, count]): [string, string] => [
    name,
    count.toLocaleString('en'),
  ]);
  const struck = [...proof.blows].map(([name, count]): [string, string] => [name, String(count)]);
  return [
    `# Proof of single use, ${arrangement.name}`,
    `**${toVerdict(proof)}**`,
    table(Object.entries(rows)),
    'What was done to the servers:',
    table(struck),
    'What was looked at:',
    table(counted),
    ...toFindings(proof),
  ].join('\n\n');
}

/** The verdict in a sentence. */
export function toVerdict(proof: Proof): string {
  const { verdict, fallen, counts } = proof;
  if (holds(proof)) return `Every promise was kept, in ${counts.answered.toLocaleString('en')} answered requests.`;
  const broken = verdict.violations.length;
  const fell = fallen.length === 0 ? '' : ` ${fallen.length} times a server ended by itself.`;
  return `Promises were broken: ${broken}.${fell}`;
}

/** Each violation with its requests and their times. */
export function toFindings({ verdict: { violations } }: Proof): readonly string[] {
  const byRule = new Map<string, number>();
  for (const { rule } of violations) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  const summary = [...byRule].map(([rule, count]) => `- ${rule}: ${count}`).join('\n');
  const some = violations.slice(0, shown).map(toFinding);
  const rest = violations.length - some.length;
  return [...(summary === '' ? [] : [summary]), ...some, ...(rest > 0 ? [`… and ${rest} more.`] : [])];
}

function toFinding({ rule, what, requests }: Violation): string {
  return [`${rule}: ${what}`, ...requests.slice(0, shownRequests).map(toLine)].join('\n');
}

function toLine({ begin, end, node, tenant, operation, input, status, trace }: RequestLine): string {
  const time = (microseconds: number) => (microseconds / 1e6).toFixed(6);
  const answer = status === 0 ? 'no answer' : status;
  return `    ${time(begin)}–${time(end)} s  ${node}  ${tenant} ${operation} ${JSON.stringify(input)} → ${answer}  ${trace}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  return ['|  |  |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}
