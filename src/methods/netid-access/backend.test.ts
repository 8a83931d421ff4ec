import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { testPeople } from '../../simulator-kit/people.ts';
import type { NetIdBackend } from './backend.ts';
import { certificatesOf } from './fixture-certificates.ts';
import { connect } from './fixture-server.ts';
import { failureRows, progressRows } from './fixtures/status-table.ts';
import { createNetIdSimulator, type NetIdSimulator } from './simulator/index.ts';

const [astrid, marta] = testPeople;
const asked = astrid.personalNumber;
const pending = { state: 'pending', word: 'OUTSTANDING_TRANSACTION', misses: 0 } as const;

const simulators: Record<'progress' | 'faults', NetIdSimulator | undefined> = {
  progress: undefined,
  faults: undefined,
};
function simulator(failures: 'progress' | 'faults' = 'progress'): NetIdSimulator {
  const found = simulators[failures];
  if (found === undefined) throw new Error('the simulators are there once the tests run');
  return found;
}
beforeAll(async () => {
  simulators.progress = await createNetIdSimulator();
  simulators.faults = await createNetIdSimulator({ failures: 'faults' });
  return async () => void (await Promise.all(Object.values(simulators).map((each) => each?.close())));
});
beforeEach(() => simulator().faults.set(undefined));

async function connection(wishes: Parameters<typeof connect>[1] = {}, server = simulator()) {
  const made = await connect(server, wishes);
  onTestFinished(made.close);
  return made;
}

async function connected(...wanted: Parameters<typeof connection>): Promise<NetIdBackend> {
  return (await connection(...wanted)).backend;
}

async function ordered(backend: NetIdBackend, whom: string = asked): Promise<string> {
  const started = await backend.authenticate(whom);
  if ('refusal' in started) throw new Error(started.refusal);
  return started.ref;
}

describe.each(['1.1', '1.2'] as const)('over SOAP %s', (soap) => {
  it('an order runs its course to a person', async () => {
    const backend = await connected({ settings: { soap } });
    const ref = await ordered(backend);
    const seen = [];
    for (const _ of ['', '', '']) {
      const news = await backend.collect({ ref, asked }, pending);
      seen.push(`${news.state} ${news.word}`);
      if (seen.length < 3) await simulator().act('next', ref);
    }
    expect(seen).toEqual(['pending OUTSTANDING_TRANSACTION', 'in-progress STARTED', 'in-progress USER_SIGN']);
    await simulator().act('approve', ref);
    expect(await backend.collect({ ref, asked }, pending)).toMatchObject({
      state: 'approved',
      result: {
        personalNumber: asked,
        sn: astrid.surname,
        hsaId: astrid.hsaId,
        userPrincipalName: astrid.upn,
        deviceAddress: '192.0.2.17',
        certificateIssuer: 'Simulated SITHS e-id Person ID Mobile CA',
      },
    });
    expect(await backend.collect({ ref, asked }, pending)).toMatchObject({
      state: 'failed',
      word: 'ALREADY_COLLECTED',
    });
  });

  it.each(['progress', 'faults'] as const)('every failure ends an order, as %s', async (failures) => {
    const server = simulator(failures);
    const backend = await connected({ settings: { soap } }, server);
    for (const { word, state } of [...failureRows, ...progressRows]) {
      const ref = await ordered(backend, '');
      server.say(ref, word);
      expect(await backend.collect({ ref, asked: '' }, pending)).toEqual({ state, word });
    }
    const ref = await ordered(backend, '');
    server.say(ref, 'RETRY');
    expect(await backend.collect({ ref, asked: '' }, pending)).toEqual({ state: pending.state, word: 'RETRY' });
  });
});

/** What comes of a fault: of an order, and of asking about one that was approved. */
interface Outcome {
  readonly order: { readonly code: string } | { readonly refusal: string } | 'taken';
  readonly asking: 'approved' | 'missed' | string;
}

const unusable: Outcome = { order: { code: 'vendor-fault' }, asking: 'missed' };
const late: Outcome = { order: { code: 'vendor-timeout' }, asking: 'missed' };
const refusing = (refusal: string): Outcome => ({ order: { refusal }, asking: 'approved' });
const answering = (asking: string): Outcome => ({ order: 'taken', asking });

const outcomes: Readonly<Record<string, Outcome>> = {
  slow: late,
  silent: late,
  'cut-unread': unusable,
  'cut-before-head': unusable,
  'cut-after-head': unusable,
  'half-body': unusable,
  'short-body': unusable,
  'empty-body': unusable,
  rubbish: unusable,
  'html-page': unusable,
  'content-type': unusable,
  'status-500': unusable,
  'status-503': unusable,
  'status-429': unusable,
  redirect: unusable,
  enormous: unusable,
  'certificate-other-authority': unusable,
  'certificate-expired': unusable,
  'certificate-other-host': unusable,
  'namespace-other': unusable,
  'result-as-error': unusable,
  doctype: unusable,
  'entities-grow': unusable,
  'depth-enormous': unusable,
  'user-unknown': refusing('UNKNOWN_USER'),
  'user-blocked': refusing('USER_BLOCKED'),
  'user-busy': refusing('ALREADY_IN_PROGRESS'),
  'caller-refused': refusing('ACCESS_DENIED_RP'),
  'order-retry': refusing('RETRY'),
  'order-unknown-word': refusing('CARD_ON_FIRE'),
  'order-wordless': refusing('INTERNAL_ERROR'),
  'order-decorated': refusing('ALREADY_IN_PROGRESS'),
  'reference-missing': { order: { code: 'vendor-fault' }, asking: 'approved' },
  'collect-retry': answering('RETRY'),
  'status-unknown': answering('CARD_ON_FIRE'),
  'status-missing': answering('status-missing'),
  'status-twice': answering('missed'),
  'result-empty': answering('status-missing'),
  'result-missing': answering('missed'),
  'person-missing': answering('person-missing'),
  'person-nameless': answering('person-missing'),
  'person-other': answering('person-mismatch'),
  'person-formatted': answering('approved'),
  'card-other-person': answering('certificate-mismatch'),
  'card-expired': answering('certificate-not-valid'),
  'card-other-authority': answering('certificate-untrusted'),
  'card-missing': answering('certificate-missing'),
  'card-rubbish': answering('certificate-unreadable'),
};

describe('a fault of the server', () => {
  it('is in the table, whatever it is', () => {
    expect(Object.keys(simulator().faults.names).sort()).toEqual(Object.keys(outcomes).sort());
  });

  it.each(Object.entries(outcomes))('%s is told for what it is', async (name, { order, asking }) => {
    const { backend, impatient } = await connection();
    const ref = await ordered(backend);
    await simulator().act('approve', ref);
    simulator().faults.set(name, { delayMs: 60_000 });
    const asker = order === late.order ? impatient : backend;
    const news = await asker.collect({ ref, asked }, pending);
    const calls = simulator().calls.length;
    const started = await asker.authenticate(asked).catch(({ code }: { code: string }) => ({ code }));
    if (asking === 'approved') expect(news).toMatchObject({ state: 'approved', result: { personalNumber: asked } });
    else if (asking === 'missed') expect(news).toEqual({ ...pending, misses: undefined, missed: true });
    else
      expect(news).toMatchObject({
        word: asking,
        state: ['RETRY', pending.word].includes(String(asking)) ? 'pending' : 'failed',
      });
    expect(started).toEqual(order === 'taken' ? { ref: expect.any(String) } : order);
    // An order is never placed a second time by itself.
    expect(simulator().calls.length - calls).toBeLessThanOrEqual(1);
  });

  it.each([
    ['at the start', { faults: 'caller-refused' }],
    ['when it is asked how an order stands', { word: 'ACCESS_DENIED_RP' }],
  ] as const)('that keeps us out stands in the log as an error: %s', async (_, by) => {
    const errors: unknown[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => void errors.push(fields) };
    const { backend } = await connection({ log });
    const ref = await ordered(backend);
    expect(errors).toEqual([]);
    if ('faults' in by) {
      simulator().faults.set(by.faults);
      expect(await backend.authenticate(asked)).toEqual({ refusal: 'ACCESS_DENIED_RP' });
    } else {
      simulator().say(ref, by.word);
      expect(await backend.collect({ ref, asked }, pending)).toMatchObject({ state: 'failed' });
    }
    expect(errors).toEqual([
      {
        url: simulator().serviceUrl,
        word: 'ACCESS_DENIED_RP',
        operation: 'faults' in by ? 'Authenticate' : 'Collect',
      },
    ]);
  });

  it('ends an order when there are several in a row without an answer', async () => {
    const backend = await connected({ settings: { misses: 2 } });
    const ref = await ordered(backend);
    simulator().faults.set('status-503');
    expect(await backend.collect({ ref, asked }, pending)).toMatchObject({ state: 'pending', missed: true });
    expect(await backend.collect({ ref, asked }, { ...pending, misses: 1 })).toMatchObject({
      state: 'failed',
      word: 'no-answer',
    });
  });

  it('is no fault when the caller has another certificate than the one that placed the order', async () => {
    const ref = await ordered(await connected({ clientSubject: 'CN=One' }));
    const other = await connected({ clientSubject: 'CN=Other' });
    expect(await other.collect({ ref, asked }, pending)).toMatchObject({ state: 'failed', word: 'INVALID_PARAMETERS' });
  });
});

describe('a connection', () => {
  it('sends what the settings say, and nothing else', async () => {
    const bare = await connected();
    await ordered(bare, '');
    expect(simulator().calls.at(-1)?.body).toContain('/"><personalNumber></personalNumber></Authenticate>');
    const rich = await connected({ settings: { options: 'a<b', caller: { name: 'Å & Ö', format: 'raw-256' } } });
    const from = simulator().calls.length;
    await ordered(rich);
    await ordered(rich);
    const [first, ...others] = simulator().calls.slice(from);
    expect(first?.body).toContain('<name>Å &amp; Ö</name><format>raw-256</format></Register>');
    expect(others).toHaveLength(2);
    expect(others[0]?.body).toContain(`<personalNumber>${asked}</personalNumber><options>a&lt;b</options>`);
    expect(simulator().orders()[0]?.details).toMatchObject({ 'Asked by': 'Å & Ö' });
  });

  it('tells the server who we are again when that went wrong', async () => {
    const backend = await connected({ settings: { caller: { name: 'Shop' } } });
    simulator().faults.set('status-500', { times: 1 });
    await expect(backend.authenticate(asked)).rejects.toMatchObject({ code: 'vendor-fault' });
    expect(await backend.authenticate(asked)).toHaveProperty('ref');
  });

  it('believes the server about certificates where no authorities are configured', async () => {
    const backend = await connected({ reader: certificatesOf() });
    const ref = await ordered(backend, marta.hsaId);
    await simulator().act('approve', ref);
    simulator().faults.set('card-missing');
    expect(await backend.collect({ ref, asked: marta.hsaId }, pending)).toMatchObject({
      state: 'approved',
      result: { personalNumber: marta.personalNumber },
    });
  });
});
