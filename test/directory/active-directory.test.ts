import { expect, it, onTestFinished } from 'vitest';
import type { LdapSettings } from '../../src/core/ldap-settings.ts';
import { type LdapAnswer, type Responses, startLdapResponder } from '../support/ldap-responder.ts';
import { directoryAt } from './ldap-directory.ts';

const base = 'DC=ad,DC=example,DC=test';
const dn = `CN=Wayne Gretzky,OU=People,${base}`;
const wayne = { id: 'wgretzky', entry: dn, attributes: {} };
const entries = [{ dn, attributes: { sAMAccountName: ['wgretzky'], mobile: ['070-174 06 05'] } }];

async function activeDirectory(responses: Responses, more: Partial<LdapSettings> = {}) {
  const server = await startLdapResponder(responses);
  onTestFinished(server.end);
  const settings = { type: 'active-directory' as const, urls: [server.url], base, allowPlain: true };
  return { server, directory: directoryAt({ ...settings, ...more }) };
}

/** As Active Directory words it; releases differ in the first number, the place in its source, and the tail. */
function refusal(data: string): LdapAnswer {
  return {
    code: 49,
    text: `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, v1db1\0`,
  };
}

it.each([
  ['525', 'person-unknown'],
  ['52e', 'wrong'],
  ['530', 'logon-hours'],
  ['531', 'workstation'],
  ['532', 'password-expired'],
  ['533', 'disabled'],
  ['701', 'account-expired'],
  ['773', 'must-change-password'],
  ['775', 'locked-in-directory'],
])('hears from data %s that the person is refused as %s', async (data, verdict) => {
  const { directory } = await activeDirectory({ bind: () => refusal(data) });
  expect(await directory.checkPassword(wayne, 'any')).toBe(verdict);
});

it('gives no verdict when the server had no room to look', async () => {
  const { directory } = await activeDirectory({ bind: () => refusal('568') });
  await expect(directory.checkPassword(wayne, 'any')).rejects.toMatchObject({ code: 'unavailable' });
});

it('asks by account name and by principal name, and keeps people by their account name', async () => {
  const { server, directory } = await activeDirectory({ search: () => ({ code: 0, entries }) });
  expect(await directory.find('wayne@ad.example.test')).toMatchObject({ id: 'wgretzky', entry: dn });
  const [request] = server.requests;
  expect(request).toMatchObject({ operation: 'search', base });
  expect(JSON.stringify(request)).toMatch(/sAMAccountName.*wayne@ad\.example\.test.*userPrincipalName/);
});

it('leaves out the other parts of the forest that a domain refers to', async () => {
  const references = [`ldap://ForestDnsZones.ad.example.test/DC=ForestDnsZones,${base}`];
  const { directory } = await activeDirectory({ search: () => ({ code: 0, entries }), references });
  expect(await directory.find('wgretzky')).toMatchObject({ id: 'wgretzky' });
});

it('has Active Directory follow groups in groups', async () => {
  const required = [`CN=VPN (all),OU=Groups,${base}`, `CN=Staff,OU=Groups,${base}`];
  const search = (from: string) => (from === dn ? { code: 0, entries: [] } : { code: 0, entries });
  const { server, directory } = await activeDirectory(
    { search },
    { groups: { required, nested: true, filter: '(member={dn})' } },
  );
  expect(await directory.find('wgretzky')).toBeUndefined();
  const [, rule] = server.requests;
  expect(rule).toMatchObject({ base: dn, scope: 0 });
  expect(JSON.stringify(rule)).toMatch(/1\.2\.840\.113556\.1\.4\.1941.*memberOf.*CN=VPN \(all\).*CN=Staff/);
});

it('knows who is in a required group', async () => {
  const groups = { required: [`CN=Staff,OU=Groups,${base}`], nested: false, filter: '(member={dn})' };
  const { server, directory } = await activeDirectory({ search: () => ({ code: 0, entries }) }, { groups });
  expect(await directory.find('wgretzky')).toMatchObject({ id: 'wgretzky' });
  expect(JSON.stringify(server.requests[1])).not.toContain('1.2.840');
});

it('reads identifiers that are bytes', async () => {
  const objectGUID = Buffer.from('57bb50ed1a8ea5409718a08727e5751b', 'hex');
  const found = [{ dn, attributes: { sAMAccountName: ['wgretzky'], objectGUID: [objectGUID] } }];
  const { directory } = await activeDirectory(
    { search: () => ({ code: 0, entries: found }) },
    { attributes: { guid: 'objectGUID' } },
  );
  expect((await directory.find('wgretzky'))?.attributes).toEqual({ guid: ['ed50bb57-8e1a-40a5-9718-a08727e5751b'] });
});
