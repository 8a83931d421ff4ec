import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createAuthority } from '../simulator-kit/authority.ts';
import { createCertificateReader } from './certificate-reader-x509.ts';

const folder = mkdtempSync(join(tmpdir(), 'portvakt-reader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const der = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
const root = await createAuthority({ name: 'Root' });
const issuing = await root.subordinate({ name: 'Issuing' });
const person = await issuing.issue({ subject: 'CN=Astrid, SERIALNUMBER=SE2321000016-T005', use: 'person' });

it('reads what the certificate says', () => {
  expect(createCertificateReader('x').read(der(person.certificatePem))).toMatchObject({
    facts: { subject: [{ value: 'Astrid' }, { type: '2.5.4.5', value: 'SE2321000016-T005' }] },
    isTrusted: false,
  });
  expect(createCertificateReader('x').hasAuthorities).toBe(false);
});

it('trusts what one of its authorities has signed itself', () => {
  const both = file('both.pem', `${root.certificatePem}\n${issuing.certificatePem}`);
  const alone = file('root.pem', root.certificatePem);
  expect(createCertificateReader('x', [both]).read(der(person.certificatePem))).toMatchObject({ isTrusted: true });
  expect(createCertificateReader('x', [alone]).read(der(person.certificatePem))).toMatchObject({ isTrusted: false });
  expect(createCertificateReader('x', [both]).hasAuthorities).toBe(true);
});

it('does not trust a certificate whose signature was changed', () => {
  const bytes = Buffer.from(der(person.certificatePem), 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  const reader = createCertificateReader('x', [file('issuing.pem', issuing.certificatePem)]);
  expect(reader.read(bytes.toString('base64'))).toMatchObject({ isTrusted: false });
});

it.each(['', 'AQID', '-----BEGIN CERTIFICATE-----', 'MIIB'.repeat(5000)])('reads nothing else', (text) => {
  expect(createCertificateReader('x').read(text)).toBeUndefined();
});

it('says which setting is at fault when an authority is none', () => {
  const fault = (path: string) => () => createCertificateReader('netid.a.certificate.authorities', [path]);
  expect(fault(file('person.pem', person.certificatePem))).toThrow(/^netid\.a\.certificate\.authorities: .*authority/);
  expect(fault(file('empty.pem', ''))).toThrow(/cannot be used/);
  expect(fault(join(folder, 'absent.pem'))).toThrow(/cannot be used/);
});
