import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAuthority } from '../support/authority.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

const text = `listen:
  port: 0
  tls: { cert: none.pem, key: none.key }
bankid:
  default:
    mode: test
    tls: { pfx: none.p12 }
    proof: { roots: [none.pem] }
freja:
  default:
    mode: test
    tls: { pfx: none.p12, ca: [empty.pem] }
    jwsCertificates: [none.pem]
netid:
  a.b:
    url: https://netid.example.org/nias/ServiceServer.asmx
    certificate: { authorities: [empty.pem] }
  right:
    url: https://netid.example.org/nias/ServiceServer.asmx
    certificate: { authorities: [ca.pem] }
push:
  web:
    ca: [empty.pem]
  fcm: { keyFile: empty.pem }
  apns: { key: empty.pem, keyId: ABCDEFGHIJ, teamId: ABCDEFGHIJ, topic: org.example }
realms:
  default:
    directories:
      - { type: built-in }
      - type: ldap
        urls: [ldaps://ldap.example.org]
        base: dc=example,dc=org
        bind: { name: cn=portvakt, password: x }
        ca: none.pem
tenants: { t1: { operations: [otp_token_auth], callers: [{ open: true }] } }
`;

const faults = [
  '3:10: listen.tls.cert: none.pem cannot be read (ENOENT)',
  "8:14: bankid.default.proof.roots: none.pem cannot be used: ENOENT: no such file or directory, open 'none.pem'",
  '12:12: freja.default.tls.pfx: none.p12 cannot be read (ENOENT)',
  '17:20: netid["a.b"].certificate.authorities: empty.pem cannot be used: there is no certificate in PEM in it',
  '23:5: push.web.ca: empty.pem cannot be used: there is no certificate in PEM in it',
  '24:10: push.fcm.keyFile: empty.pem is no key file of a service account, JSON',
  '25:11: push.apns.key: empty.pem is no signing key, PEM',
  "34:9: realms.default.directories[1].ca: none.pem cannot be used: ENOENT: no such file or directory, open 'none.pem'",
];

it('names every file that cannot be used by line, before anything listens', async () => {
  const { folder, file, data } = makeSite({});
  const at = (name: string) => join(folder, name);
  const written = text.replaceAll(/\b(?:none|empty|ca)\.\w+/g, at);
  writeFileSync(file, written);
  writeFileSync(at('empty.pem'), 'hello\n');
  writeFileSync(at('ca.pem'), (await createAuthority('Site CA')).cert);
  mkdirSync(data);
  for (const command of [['config', 'check'], ['serve']]) {
    const child = runPortvakt(...command, '--config', file, '--data', data);
    expect(await child.ended).toBe(1);
    const [title, ...lines] = child.output().replaceAll(`${folder}/`, '').trimEnd().split('\n');
    expect(title).toBe('The configuration has 8 faults:');
    expect(lines).toEqual(faults.map((fault) => `portvakt.yaml:${fault}`));
    expect(readdirSync(data)).toEqual([]);
  }
});
