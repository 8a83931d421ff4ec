import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { beforeAll } from 'vitest';
import { createApplication } from '../../examples/application.mjs';
import { simulated } from '../../src/compose-simulators.ts';
import { accountOf } from '../../src/core/account.ts';
import { shownCode } from '../../src/methods/otp-token/index.ts';
import { testPeople } from '../../src/simulator-kit/people.ts';
import { buildPages } from '../../tools/build-app.mjs';
import { type ApprovalDevice, enrolDevice } from './approval-device.ts';
import { lookAt } from './barriers.ts';
import { sharedBrowser, sharedProfiles } from './chromium.ts';
import { playEids, somebody } from './eids.ts';
import { noon, rfcSeed, simpleConfig, startTestServer, type TestServer } from './server.ts';
import { signInSite } from './sign-in-site.ts';

/** Who signs in at this stage: the same person by every method. */
export const astrid = { username: 'aoberg', password: 'rätt-99', ...somebody } as const;

type Eids = Awaited<ReturnType<typeof playEids>>;

/** The example application before a server with every authenticator, and the simulators behind that, all by one clock. */
export interface Stage {
  readonly server: TestServer;
  /** Where the application is. */
  readonly url: string;
  /** A new browser at the application, which sends it to the sign-in page at this path. */
  visit(path: string, options?: VisitOptions): Promise<Visit>;
  readonly simulatorOf: Eids['simulatorOf'];
}

interface VisitOptions {
  readonly locale?: string;
  readonly userAgent?: string;
}

/** A browser, and the person before it. */
export interface Visit {
  readonly page: Page;
  /** Where the sign-in began. */
  readonly path: string;
  /** Goes to the application once more, which sends whoever is not signed in to the page at this path. */
  go(path: string): Promise<void>;
  /** What its console complained of. */
  readonly complaints: readonly string[];
  /** Does something with the latest order in the service’s app, and comes back to the page when there is news. */
  act(name: (typeof simulated)[number], action: string, given?: Readonly<Record<string, string>>): Promise<void>;
  /** So many seconds later the person looks at the page again. */
  later(seconds: number): Promise<void>;
  /** The code that the person’s token shows now. */
  tokenCode(): Promise<string>;
  /** The code in the latest message. */
  sentCode(): string;
  /** The body of the latest request to a service whose path ends so. */
  lastCall(name: (typeof simulated)[number], path: string): string;
  /** The person’s phone. */
  readonly phone: ApprovalDevice;
}

/** Somebody else, who has no telephone here. */
export const marta = { username: 'mlindqvist', personalNumber: testPeople[1].personalNumber } as const;

const people = {
  [marta.username]: { attributes: { displayName: 'Märta Lindqvist', personalNumber: marta.personalNumber } },
  [astrid.username]: {
    password: astrid.password,
    attributes: {
      displayName: 'Astrid Öberg',
      mail: 'astrid@example.org',
      mobile: '+46701740605',
      personalNumber: astrid.personalNumber,
    },
    tokens: [{ type: 'hotp', id: 'h1', secret: rfcSeed }],
  },
};

/** A stage that the tests of a file share, with the browser; both end with the last of them. */
export function sharedStage(): () => Stage {
  let stage: Stage | undefined;
  const open = sharedProfiles(sharedBrowser());
  beforeAll(async () => {
    await buildPages();
    const settings = { portvakt: '', signIn: '', headers: { tenant: 't1' } };
    const application = createApplication(settings);
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const url = `http://localhost:${(application.address() as AddressInfo).port}`;
    let now = () => noon;
    const { running, simulatorOf, close } = await playEids(simulated, () => now());
    let end = async () => {};
    const until = (given: typeof end) => {
      end = given;
    };
    const config = simpleConfig(people, {
      realms: { default: { directories: [{ type: 'built-in', people }], attempts: { limit: 50 } } },
      tenants: { t1: { operations: ['verifyUser', 'endSession', 'onetouch_enroll'], callers: [{ open: true }] } },
      messages: { gateways: [{ log: {} }], mail: { log: {} } },
      ...Object.fromEntries(running.map(({ name, settings: connection }) => [name, { default: connection }])),
      authenticators: signInSite(`${url}/signed-in`),
    });
    const server = await startTestServer(config, { until });
    now = server.clock.now;
    settings.portvakt = server.url;
    const pages = server.url.replace('127.0.0.1', 'localhost');
    const { body } = await server.put('onetouch_enroll', { username: astrid.username });
    const phone = await enrolDevice(server.url, server.clock, String(body?.['code']));
    stage = {
      server,
      url,
      simulatorOf,
      async visit(path, { locale = 'en-GB', ...more } = {}) {
        const page = await open({ locale, viewport: { width: 390, height: 844 }, ...more });
        const go = async (to: string) => {
          settings.signIn = `${pages}${to}`;
          await page.goto(url);
        };
        await go(path);
        return { page, path, go, phone, ...toVisit(page, server, simulatorOf) };
      },
    };
    return async () => {
      application.closeAllConnections();
      application.close();
      await end().finally(close);
    };
  });
  return () => {
    if (stage === undefined) throw new Error('the stage is there once the tests run');
    return stage;
  };
}

function toVisit(
  page: Page,
  server: TestServer,
  simulatorOf: Eids['simulatorOf'],
): Omit<Visit, 'page' | 'path' | 'go' | 'phone'> {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const later = async (seconds: number) => {
    server.pass(seconds);
    // Unless it has heard by itself meanwhile, and is on its way to somewhere else.
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))").catch(() => undefined);
  };
  return {
    complaints,
    later,
    async act(name, action, given = { person: astrid.personalNumber }) {
      const simulator = simulatorOf(name);
      await simulator.act(action, simulator.orders()[0]?.ref ?? '', given);
      await later(3);
    },
    async tokenCode() {
      const { ports } = server.portvakt;
      const account = await ports.store.read(accountOf('default', astrid.username));
      const [[id, token] = []] = Object.entries(account?.tokens ?? {});
      if (id === undefined || token === undefined) throw new Error('there is no token');
      return shownCode('default', astrid.username, id, token, ports.clock.now(), ports.vault).code ?? '';
    },
    sentCode() {
      const { text = '' } = server.portvakt.messages.outbox().at(-1) ?? {};
      return /\b\d{6}\b/.exec(text)?.[0] ?? '';
    },
    lastCall: (name, path) => simulatorOf(name).calls.findLast((call) => call.path.endsWith(path))?.body ?? '{}',
  };
}

/** Waits for a heading. */
export const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

/** Presses a button. */
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Waits until the application says who is signed in, and by what. */
export async function seen(page: Page, method: string, userid: string = astrid.username): Promise<void> {
  await heading(page, `You are ${userid}`);
  await page.getByText(`Signed in by ${method}.`, { exact: true }).waitFor();
}

/** Presses a button, but not by a click: while the browser asks whether to open an app, it takes none. */
export const activate = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).dispatchEvent('click');

/** {@link lookAt}, in both languages. `isLike`: a page like it is looked at elsewhere, so that a telephone is enough. */
export async function lookInBoth(page: Page, name: string, isLike = false): Promise<void> {
  await lookAt(page, `${name}-en`, isLike ? 'phone' : undefined);
  await activate(page, 'Svenska');
  await lookAt(page, `${name}-sv`, 'phone');
  await activate(page, 'English');
}
