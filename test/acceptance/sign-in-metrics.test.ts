import { describe, expect, it } from 'vitest';
import { authenticatorEvents } from '../../src/authenticators/events.ts';
import { outcomes } from '../../src/authenticators/observed.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const settings = { tenant: 't1', context_path: '/in', success_location: '/out', token_delivery: 'query' };

describe('the metrics of sign-in pages', () => {
  it('tell calls, outcomes and time by authenticator, and nothing that a caller chose', async () => {
    const { url, managementUrl } = await startTestServer(
      simpleConfig(
        { wgretzky: { password: 'right' } },
        {
          management: { port: 0 },
          authenticators: [{ id: 'in', type: 'UserNameAndPassword', config: settings }],
        },
      ),
    );
    const { open, say } = signInBrowser(url);
    await open('/in');
    await say('/in', { type: 'state' });
    await say('/in', { type: 'canary' });
    await say('/in', 'canary', { 'content-type': 'text/plain' });
    await say('/in', { type: 'start', data: { identifier: 'wgretzky', password: 'wrong' } });
    await say('/in', { type: 'start', data: { identifier: 'wgretzky', password: 'right' } });
    const metrics = async () => (await fetch(`${managementUrl}/metrics`)).text();
    // An answer counts once it is gone, which its reader may see first.
    const all = 'portvakt_sign_in_request_seconds_count{type="UserNameAndPassword"} 6\n';
    await expect.poll(metrics, { timeout: 60_000 }).toContain(all);
    const text = await metrics();
    const lines = text.split('\n').filter((line) => line.startsWith('portvakt_sign_in'));
    const labels = 'authenticator="in",type="UserNameAndPassword"';
    expect(lines).toContain(`portvakt_sign_in_requests_total{${labels},request="message",status="200"} 4`);
    expect(lines).toContain(`portvakt_sign_in_requests_total{${labels},request="message",status="415"} 1`);
    expect(lines.some((line) => line.startsWith(`portvakt_sign_in_requests_total{${labels},request="page"`))).toBe(
      true,
    );
    expect(lines).toContain(`portvakt_sign_in_outcomes_total{${labels},outcome="completed"} 1`);
    expect(lines).toContain(`portvakt_sign_in_outcomes_total{${labels},outcome="failed"} 1`);
    expect(lines).toContain(`portvakt_sign_in_requests_open{${labels}} 0`);
    expect(text).not.toContain('canary');
    expect(text).not.toContain('wgretzky');
  });

  it('have an outcome for every event', () => {
    expect([...outcomes.keys()]).toEqual(Object.values(authenticatorEvents));
  });
});
