import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { outputFolder } from '../support/leaks.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite } from '../support/server-process.ts';

/** What this process has left so far for the search at the end of the run. */
function left(kind: 'output' | 'secrets'): string {
  return readFileSync(join(process.env[outputFolder] ?? '', `${process.pid}.${kind}`), 'utf8');
}

// No password, code, message text or number in any log or event of the whole test run. `test/whole-run.ts` searches for them.
it('keeps for the search what servers write, and what they must not write', async () => {
  const ends: (() => Promise<void>)[] = [];
  const until = (end: () => Promise<void>) => void ends.unshift(end);
  const { put } = await startTestServer(simpleConfig(), { until });
  await put('otp_token_auth', { username: 'wgretzky', otp: '41357924' });
  const process = await makeSite({ ...simpleConfig(), log: { level: 'debug' } }, until).serve();
  const [line] = await process.connect(1);
  await line?.put('otp_token_auth', { username: 'wgretzky', otp: '41357925' });
  // A line of the log may come after the answer, and the process is about to be killed.
  await process.hear(/request refused/);
  for (const end of ends) await end();
  for (const secret of ['demo-secret', '41357924', '41357925']) expect(left('secrets')).toContain(`"${secret}"\n`);
  const output = left('output').split('\n');
  for (const what of ['log', 'portvakt serve']) {
    // In as many pieces as they came in.
    const pieces = output.filter((text) => text.startsWith(`{"place":"${what} of `));
    expect(pieces.join('\n')).toMatch(/request refused/);
  }
  expect(
    output.filter((text) => text.startsWith('{"place":"events of ') && /otp-token\.refused/.test(text)),
  ).toHaveLength(2);
});
