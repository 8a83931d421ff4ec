import { expect, it } from 'vitest';
import { loadPortvaktConfig, openPortvakt } from '../../src/compose.ts';
import { coreEvents } from '../../src/core/event.ts';
import { record } from '../../src/core/pipeline.ts';
import { simpleConfig } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

// Seen to fail: without the escaping a name ends its field, and begins another one or another line.
it('portvakt events export writes one line of CEF for each event, whatever is in it', {
  timeout: 300_000,
}, async () => {
  const { file, data } = makeSite(simpleConfig({}));
  const { ports } = await openPortvakt(loadPortvaktConfig(file, { data }));
  const user = 'a|b=c\\d\nCEF:0|x|y|1|z|w|9|duser=root';
  await record(ports, { type: coreEvents.accountLocked, user, reason: 'x=y\\', trace: 'a'.repeat(32) });
  await ports.store.close();
  const exported = runPortvakt('events', 'export', '--format', 'cef', '--config', file, '--data', data);
  expect(await exported.ended).toBe(0);
  const lines = exported.output().trimEnd().split('\n');
  const [line = '', ...more] = lines.filter((each) => each.includes('|account.locked|'));
  expect(more).toEqual([]);
  expect(lines.every((each) => each.startsWith('CEF:0|Portvakt|Portvakt|'))).toBe(true);
  expect(line).toMatch(/\|account\.locked\|[^|]+\|\d+\|rt=\d+ externalId=\d+ duser=/);
  expect(line).toContain(' duser=a|b\\=c\\\\d\u{fffd}CEF:0|x|y|1|z|w|9|duser\\=root reason=x\\=y\\\\ cs1Label=trace ');
});
