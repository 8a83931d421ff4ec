/** A `.cpuprofile` of V8, as far as it is read here (Chrome DevTools protocol, Profiler.Profile). Times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Time from the sample before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** Part of the busy time. */
export interface Share {
  readonly name: string;
  readonly group: string;
  /** 0–1 */
  readonly share: number;
}

/** Time in each function itself, without what it calls, most first; of the last so many microseconds, idling left out. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile, last: number): readonly Share[] {
  const places = placesOf(nodes);
  const times = new Map<string, { group: string; time: number }>();
  let total = 0;
  let age = 0;
  for (let index = samples.length - 1; index >= 0 && age < last; index -= 1) {
    const delta = timeDeltas[index] ?? 0;
    age += delta;
    const place = places.get(samples[index] ?? 0);
    if (place === undefined || place.name === '(idle)') continue;
    total += delta;
    const known = times.get(place.name) ?? { group: place.group, time: 0 };
    times.set(place.name, { ...known, time: known.time + delta });
  }
  return [...times]
    .map(([name, { group, time }]) => ({ name, group, share: time / total }))
    .sort((a, b) => b.share - a.share);
}

/** The same by group. */
export function groupTimes(shares: readonly Share[]): readonly Share[] {
  const groups = new Map<string, number>();
  for (const { group, share } of shares) groups.set(group, (groups.get(group) ?? 0) + share);
  return [...groups].map(([name, share]) => ({ name, group: name, share })).sort((a, b) => b.share - a.share);
}

/** What each node is called, and what it counts as. A function of the engine itself bears the name of whoever called it as well. */
function placesOf(nodes: readonly ProfileNode[]): ReadonlyMap<number, { name: string; group: string }> {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  return new Map(
    nodes.map((node) => {
      const { functionName, url } = node.callFrame;
      if (url !== '' || functionName.startsWith('(')) return [node.id, { name: toName(node), group: groupOf(node) }];
      let caller = parents.get(node.id);
      while (caller?.callFrame.url === '') caller = parents.get(caller.id);
      if (caller === undefined) return [node.id, { name: functionName, group: 'engine' }];
      return [node.id, { name: `${functionName} ← ${toName(caller)}`, group: groupOf(caller) }];
    }),
  );
}

function toName({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const short = url.replace(/^file:.*?\/(node_modules|src)\//, (_, folder) => (folder === 'src' ? 'src/' : ''));
  return url === '' ? functionName : `${functionName || '(anonymous)'} ${short}:${lineNumber + 1}`;
}

const groups: readonly (readonly [RegExp, string])[] = [
  [/\/node_modules\/((@[^/]+\/)?[^/]+)\//, 'package'],
  [/\/src\/adapters\/sqlite-file/, 'sqlite'],
  [/\/src\/adapters\/vault/, 'crypto: src/adapters/vault'],
  [/\/src\/(server|core|steps|methods|adapters|config|commands)\//, 'src'],
  [/^node:internal\/crypto/, 'crypto: node'],
  [
    /^node:(_http|internal\/http|net|_stream|internal\/streams|internal\/stream|internal\/js_stream)/,
    'node: http, net, streams',
  ],
  [/^node:/, 'node: the rest'],
];

function groupOf({ callFrame: { functionName, url } }: ProfileNode): string {
  for (const [pattern, name] of groups) {
    const match = pattern.exec(url);
    if (match !== null) return name === 'package' || name === 'src' ? `${name} ${match[1]}` : name;
  }
  return functionName.startsWith('(') ? functionName : 'other';
}
