import type { Spread } from './statistics.ts';

/** One bar: how many times the floor. */
export interface Bar {
  /** What is asked: bars of one group stand together. */
  readonly group: string;
  readonly label: string;
  readonly value: Spread;
  /** With the database's own, where there is one. */
  readonly total?: number;
  /** The goal. */
  readonly limit?: number;
  /** Another product. */
  readonly isPeer: boolean;
}

const width = 860;
const left = 250;
const right = 90;
const barHeight = 16;
const step = 22;
const groupGap = 30;
const top = 84;
const bottom = 36;

const style = `
  .paper { fill: #ffffff; } text { fill: #1b1f24; font: 13px system-ui, sans-serif; }
  .title { font-size: 16px; font-weight: 600; } .group { font-weight: 600; } .small { font-size: 12px; fill: #57606a; }
  .own { fill: #0b6bcb; } .peer { fill: #8a5a00; } .pale { opacity: 0.4; } .line { stroke: #d0d7de; } .floor { stroke: #1b1f24; }
  .range { stroke: #1b1f24; stroke-width: 1.5; } .limit { stroke: #c0262d; stroke-width: 2.5; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; } text { fill: #e6edf3; } .small { fill: #9198a1; }
    .own { fill: #58a6ff; } .peer { fill: #d29922; } .line { stroke: #30363d; } .floor, .range { stroke: #e6edf3; } .limit { stroke: #ff7b72; }
  }
`;

/** The bars as an SVG that can be read on light and on dark, and read out. The axis is logarithmic, and begins at the floor. */
export function drawChart(title: string, bars: readonly Bar[]): string {
  const groups = [...new Set(bars.map(({ group }) => group))];
  const height = top + bars.length * step + groups.length * groupGap + bottom;
  const scale = scaleFor(bars);
  const parts: string[] = [];
  let y = top;
  for (const group of groups) {
    y += groupGap;
    parts.push(text(16, y - 9, group, 'group'));
    for (const bar of bars.filter((one) => one.group === group)) {
      parts.push(drawBar(bar, y, scale.place));
      y += step;
    }
  }
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${toXml(title)}</title>`,
    `<desc id="desc">${toXml(describe(bars))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    text(16, 28, title, 'title'),
    text(
      16,
      48,
      'Times a bare node:http server, on a logarithmic axis. Line: least to greatest of the rounds; red: the goal; pale: the database’s own CPU.',
      'small',
    ),
    ...scale.ticks.map((tick) => drawTick(tick, scale.place(tick), height - bottom)),
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

/** What the bars say, for whoever cannot see them. */
export function describe(bars: readonly Bar[]): string {
  return bars
    .map(({ group, label, value, total, limit }) => {
      const more = total === undefined ? '' : `, ${toNumber(total)} with its database`;
      return `${group}, ${label}: ${toNumber(value.median)} times the floor${more}${limit === undefined ? '' : `; goal ${limit}`}.`;
    })
    .join(' ');
}

function scaleFor(bars: readonly Bar[]) {
  const greatest = Math.max(2, ...bars.flatMap(({ value, total = 0, limit = 0 }) => [value.max, total, limit]));
  const least = Math.min(1, ...bars.map(({ value }) => value.min));
  const [from, to] = [Math.log(least * 0.95), Math.log(greatest * 1.05)];
  const place = (value: number) => left + ((Math.log(value) - from) / (to - from)) * (width - left - right);
  const ticks = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].filter(
    (tick) => tick >= least && tick <= greatest,
  );
  return { place, ticks };
}

function drawTick(tick: number, x: number, end: number): string {
  const line = `<line class="${tick === 1 ? 'floor' : 'line'}" x1="${round(x)}" x2="${round(x)}" y1="${top}" y2="${end}"/>`;
  return line + text(x, top - 8, tick === 1 ? 'floor' : `${tick}×`, 'small', 'middle');
}

function drawBar({ label, value, total, limit, isPeer }: Bar, y: number, place: (value: number) => number): string {
  const kind = isPeer ? 'peer' : 'own';
  const middle = y + barHeight / 2;
  const end = total === undefined ? value.median : Math.max(total, value.median);
  const parts = [text(left - 10, middle + 4, label, '', 'end')];
  if (total !== undefined) parts.push(rectangle(`${kind} pale`, left, place(total), y));
  parts.push(rectangle(kind, left, place(value.median), y));
  parts.push(
    `<line class="range" x1="${round(place(value.min))}" x2="${round(place(value.max))}" y1="${middle}" y2="${middle}"/>`,
  );
  if (limit !== undefined) {
    const x = round(place(limit));
    parts.push(`<line class="limit" x1="${x}" x2="${x}" y1="${y - 2}" y2="${y + barHeight + 2}"/>`);
  }
  const furthest = Math.max(end, value.max, limit ?? 0);
  const words =
    total === undefined ? toNumber(value.median) : `${toNumber(value.median)} + ${toNumber(total - value.median)}`;
  parts.push(text(place(furthest) + 8, middle + 4, words));
  return parts.join('');
}

function rectangle(kind: string, from: number, to: number, y: number): string {
  return `<rect class="${kind}" x="${round(from)}" y="${y}" width="${round(Math.max(1, to - from))}" height="${barHeight}" rx="2"/>`;
}

function text(x: number, y: number, words: string, kind = '', anchor = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}"${kind === '' ? '' : ` class="${kind}"`} text-anchor="${anchor}">${toXml(words)}</text>`;
}

function toNumber(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function toXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
