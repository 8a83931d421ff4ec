import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../test/support/open-browser.ts';
import { buildPages } from '../tools/build-app.mjs';
import { makeFolder } from './folder.ts';
import { lookAtMachine, type Machine } from './machine.ts';
import { startPortvakt } from './processes.ts';
import { spread } from './statistics.ts';

/** Every type whose page a browser may come to first; OTPValidator’s comes after another. */
const types = [
  'Selector',
  'UserLookup',
  'UserNameAndPassword',
  'Passkey',
  'NiasOnOtherDevice',
  'NiasOnSameDevice',
  'BidOnOtherDevice',
  'BidOnMobileDevice',
  'FrejaWithUserInput',
  'FrejaWithQRCode',
  'OneTouch',
] as const;

/** Types behind which there is a service. */
const hasService = /^(Nias|Bid|Freja)/;

/** One visit, by a browser that has nothing of the server yet. */
interface Visit {
  /** Until there is something to press, to fill in or to scan: milliseconds since the navigation began. */
  readonly readyMs: number;
  /** As they came over the wire, heads included. */
  readonly bytes: number;
  readonly requests: number;
}

/** `--pages`: what each sign-in page costs a browser. Keeps a table beside the other results. */
export async function benchPages(rounds: number, tell: (text: string) => void): Promise<void> {
  await buildPages();
  const folder = makeFolder();
  const machine = lookAtMachine(folder);
  const file = join(folder, 'portvakt.yaml');
  writeFileSync(file, JSON.stringify(configIn(folder)));
  const server = await startPortvakt(file, { workers: 0 });
  const browser = await openBrowser();
  const rows: string[] = [];
  try {
    for (const type of types) {
      const path = type === 'Selector' || type === 'UserLookup' ? `led/${type.toLowerCase()}` : type.toLowerCase();
      const url = `http://localhost:${server.port}/${path}`;
      const visits: Visit[] = [];
      // The first one is for the browser and the server to warm up.
      for (let round = 0; round <= rounds; round += 1) {
        tell(`${type}: visit ${round} of ${rounds}`);
        visits.push(await visit(browser, url));
      }
      rows.push(toRow(type, visits.slice(1)));
    }
  } finally {
    await browser.close();
    await server.end('SIGTERM');
  }
  tell('');
  const text = report(rows, rounds, machine);
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${new Date().toISOString().slice(0, 10)}-pages.md`), text);
  process.stdout.write(text);
}

function configIn(folder: string): object {
  const service = { internal_http_destination: 'default' };
  const out = { tenant: 't1', success_location: 'https://app.example/' };
  const base = { tenant: 't1', base_path: '/led' };
  const pages = types.slice(2).map((type) => ({
    id: type.toLowerCase(),
    type,
    config: { ...out, context_path: `/${type.toLowerCase()}`, ...(hasService.test(type) && service) },
  }));
  const options = ['one', 'two', 'three'].map((id) => ({ id, target: id, label: 'User name and password' }));
  return {
    listen: { host: '127.0.0.1', port: 0 },
    data: join(folder, 'data'),
    demo: true,
    realms: { default: { directories: [{ type: 'built-in' }] } },
    tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
    authenticators: [
      ...pages,
      { id: 'selector', type: 'Selector', config: { ...base, success_location: 'https://app.example/', options } },
      { id: 'userlookup', type: 'Chain', config: { ...base, ...out, chain: [{ id: 'who' }, { id: 'then' }] } },
      { id: 'who', type: 'UserLookup', config: base },
      { id: 'then', type: 'UserNameAndPassword', config: base },
      ...options.map(({ id }) => ({ id, type: 'UserNameAndPassword', config: base })),
    ],
  };
}

/** Notes when the page first offers something; it stands in the page itself, so that no message has to travel. */
const watch = `new MutationObserver((_, observer) => {
  if (document.querySelector('main input, main .option, main .button, main .qr img') === null) return;
  observer.disconnect();
  requestAnimationFrame(() => { globalThis.readyAt = performance.now(); });
}).observe(document, { childList: true, subtree: true });`;

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watch);
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  network.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await page.goto(url);
  const readyMs = await readyOf(page);
  const counted = { readyMs, bytes, requests };
  await context.close();
  return counted;
}

/** Asks until it is so: the pages' policy lets nothing wait within them that was written here. */
async function readyOf(page: Page): Promise<number> {
  for (let left = 1500; left > 0; left -= 1) {
    const ready = await page.evaluate<number | null>('globalThis.readyAt ?? null');
    if (ready !== null) return ready;
    await sleep(20);
  }
  throw new Error(`${page.url()} offers nothing`);
}

function toRow(type: string, visits: readonly Visit[]): string {
  const ready = spread(visits.map(({ readyMs }) => readyMs));
  const { median: bytes } = spread(visits.map((each) => each.bytes));
  const { median: requests } = spread(visits.map((each) => each.requests));
  const range = `${ready.median.toFixed(0)} (${ready.min.toFixed(0)}–${ready.max.toFixed(0)})`;
  return `| ${type} | ${(bytes / 1000).toFixed(1)} | ${requests} | ${range} |`;
}

function report(rows: readonly string[], rounds: number, { processors, node, commit, loadBefore }: Machine): string {
  return [
    '# Sign-in pages in a browser',
    '',
    'Each visit by a headless Chromium that has nothing of the server yet, on the same computer.',
    '',
    '| Page | kB, compressed, with heads | Requests | ms until it can be used |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `Median (least–greatest) of ${rounds} visits; ${processors}, Node ${node}, commit ${commit}; load of the machine before: ${loadBefore.toFixed(1)}.`,
    '',
  ].join('\n');
}
