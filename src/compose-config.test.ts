import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPortvaktConfig } from './compose-config.ts';

const realm = 'realms: { default: { directories: [{ type: built-in }] } }';
const asking = (operations: string) => `tenants:
  t1:
    callers: [{ open: true }]
    operations: ${operations}`;

function faultsOf(...lines: readonly string[]): readonly string[] {
  const file = join(mkdtempSync(join(tmpdir(), 'portvakt-config-')), 'portvakt.yaml');
  writeFileSync(file, [realm, ...lines].join('\n'));
  try {
    loadPortvaktConfig(file);
    return [];
  } catch (error) {
    return (error as { readonly lines: readonly string[] }).lines.map((line) => line.replace(/^.*portvakt\.yaml:/, ''));
  }
}

it('refuses a country that has no telephone numbers', () => {
  expect(faultsOf('messages: { country: XX }', asking('[otp_token_auth]'))).toEqual([
    '2:13: messages.country: must be the code of a country (ISO 3166-1), e.g. SE',
  ]);
  expect(faultsOf('messages: { country: NO }', asking('[otp_token_auth]'))).toEqual([]);
});

it('tells of unknown operations along with all else that is wrong', () => {
  const operations = 'operations: { mine: { summary: Mine, steps: [{ step: no-such-step }] } }';
  const faults = faultsOf(
    'messages: { country: XX }',
    'listen: { port: high }',
    operations,
    asking('[mine, otp_tokn]'),
  );
  expect(faults.map((line) => line.replace(/; there are .*/, ''))).toEqual([
    '2:13: messages.country: must be the code of a country (ISO 3166-1), e.g. SE',
    '3:11: listen.port: must be a number',
    expect.stringMatching(/^4:\d+: operations\.mine\.steps\[0\]/),
    '8:24: tenants.t1.operations[1]: there is no operation "otp_tokn"',
  ]);
});

it('says nothing of what may stand in a file that cannot be read', () => {
  const [fault, ...others] = faultsOf('include: [gone.yaml]', asking('[mine]'));
  expect([fault, others]).toEqual([expect.stringContaining('gone.yaml'), []]);
});

describe('operations that need a connection', () => {
  it('are refused without it, by line', () => {
    expect(faultsOf(asking('[otp_token_auth, netid_check_auth]'))).toEqual([
      '5:34: tenants.t1.operations[1]: "netid_check_auth" needs the connection "default", and there is no setting netid.default',
    ]);
  });

  it('are right with it, be it of another name', () => {
    const connection = 'netid: { east: { url: https://netid.example.org/nias/ServiceServer.asmx } }';
    const own = `operations:
  netid_check_auth:
    summary: Of the server in the east
    steps: [{ step: netid-access/check, connection: east }]`;
    expect(faultsOf(connection, own, asking('[netid_check_auth]'))).toEqual([]);
    expect(faultsOf(connection, asking('[netid_check_auth]'))).toHaveLength(1);
  });

  it('may lack it while no tenant may ask for them', () => {
    expect(faultsOf(asking('[otp_token_auth]'))).toEqual([]);
  });

  it('need none in a demo, where the services are played, unless another is configured', () => {
    expect(faultsOf('demo: true', asking('[netid_check_auth, bankid_start_auth]'))).toEqual([]);
    const connection = 'netid: { east: { url: https://netid.example.org/nias/ServiceServer.asmx } }';
    expect(faultsOf('demo: true', connection, asking('[netid_check_auth]'))).toHaveLength(1);
  });
});
