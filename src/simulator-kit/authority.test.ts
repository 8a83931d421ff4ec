import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { createAuthority } from './authority.ts';

const made = await createAuthority({ name: 'Root', subject: 'CN=Root, O=Vendor AB, C=SE' });

it('issues certificates that hold, with the key to them', async () => {
  const issued = await made.issue({ subject: 'CN=Ål AB, O=Ål\\, Fisk AB', use: 'server', names: ['a.example', '::1'] });
  const certificate = new X509Certificate(issued.certificatePem);
  expect(certificate.verify(new X509Certificate(made.certificatePem).publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(issued.keyPem))).toBe(true);
  expect(certificate.subject).toBe('CN=Ål AB\nO=Ål\\, Fisk AB');
  expect(certificate.subjectAltName).toBe('DNS:a.example, IP Address:0:0:0:0:0:0:0:1');
  expect(certificate.ca).toBe(false);
});

it('writes names, policies, usages and the revocation service as they are asked for', async () => {
  const issued = await made.issue({
    subject: 'SERIALNUMBER=199001012385, GIVENNAME=Astrid, SURNAME=Öberg, C=SE',
    use: 'person',
    algorithm: 'rsa',
    policies: ['1.2.3.4.25'],
    ocspUrl: 'http://ocsp.example/',
  });
  const certificate = new X509Certificate(issued.certificatePem);
  expect(certificate.subject).toBe('serialNumber=199001012385\nGN=Astrid\nSN=Öberg\nC=SE');
  expect(certificate.publicKey.asymmetricKeyType).toBe('rsa');
  expect(certificate.infoAccess).toBe('OCSP - URI:http://ocsp.example/');
  expect(certificate.raw.includes(Buffer.from('06042a030419', 'hex'))).toBe(true);
});

it('has authorities below it', async () => {
  const below = await made.subordinate({ name: 'Bank' });
  const own = new X509Certificate(below.certificatePem);
  const leaf = new X509Certificate((await below.issue({ subject: 'CN=x', use: 'client' })).certificatePem);
  expect(own.ca).toBe(true);
  expect(own.checkIssued(new X509Certificate(made.certificatePem))).toBe(true);
  expect(leaf.checkIssued(own)).toBe(true);
  expect(leaf.verify(own.publicKey)).toBe(true);
});
