import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAuthority } from '../support/authority.ts';
import { startLdapResponder } from '../support/ldap-responder.ts';
import { admin, personEntry, suffix } from '../support/slapd.ts';
import { directoryAt, securely, sharedSlapd } from './ldap-directory.ts';

const slapd = sharedSlapd(
  ['anna', 'bo', 'locked', 'nosecret']
    .map((uid) => personEntry(uid, uid === 'nosecret' ? { userPassword: [] } : {}))
    .join('\n'),
);
const personAt = (uid: string) => ({ id: uid, entry: `uid=${uid},ou=people,${suffix}`, attributes: {} });

it('tells the right password from wrong ones', async () => {
  const { checkPassword } = directoryAt(securely(slapd()));
  const verdicts = await Promise.all(
    ['secret-anna', 'secret-bo', 'SECRET-ANNA', 'secret-anna '].map((text) => checkPassword(personAt('anna'), text)),
  );
  expect(verdicts).toEqual(['right', 'wrong', 'wrong', 'wrong']);
});

it('refuses an empty password and others that cannot be one, and asks nobody', async () => {
  const responder = await startLdapResponder({});
  onTestFinished(responder.end);
  const { checkPassword } = directoryAt({ urls: [responder.url], allowPlain: true });
  const tries = ['', '\0', 'secret\0', '\ud800', 'x'.repeat(2000)];
  const verdicts = await Promise.all(tries.map((text) => checkPassword(personAt('anna'), text)));
  expect(verdicts).toEqual(tries.map(() => 'wrong'));
  expect(responder.connections()).toBe(0);
  expect(await checkPassword(personAt('anna'), 'x')).toBe('right');
});

it('finds no password right for a person without one, one who is gone, and one who is unknown', async () => {
  const { checkPassword } = directoryAt(securely(slapd()));
  expect(await checkPassword(personAt('nosecret'), 'secret-nosecret')).toBe('wrong');
  expect(await checkPassword(personAt('gone'), 'secret-gone')).toBe('wrong');
  expect(await checkPassword({ id: 'gone', attributes: {} }, 'secret-gone')).toBe('person-unknown');
});

it('asks the directory about a stranger as well, but not with the password that was tried', async () => {
  const responder = await startLdapResponder({ bind: () => ({ code: 49 }) });
  onTestFinished(responder.end);
  const { checkPassword } = directoryAt({ urls: [responder.url], allowPlain: true });
  expect(await checkPassword({ id: 'gone', attributes: {} }, 'secret-gone')).toBe('person-unknown');
  expect(responder.requests).toEqual([{ operation: 'bind', name: `cn=nobody,${suffix}`, password: 'nobody' }]);
});

it('tells that the directory has locked a person', async () => {
  const { checkPassword } = directoryAt(securely(slapd()));
  const verdicts = [];
  for (const text of ['a', 'b', 'c', 'd', 'secret-locked'])
    verdicts.push(await checkPassword(personAt('locked'), text));
  expect(verdicts).toEqual(['wrong', 'wrong', 'wrong', 'locked-in-directory', 'locked-in-directory']);
});

it('speaks StartTLS', async () => {
  const { url, ca } = slapd();
  const directory = directoryAt({ urls: [url], startTls: true, ca, bind: admin });
  expect(await directory.find('bo')).toMatchObject({ id: 'bo' });
  expect(await directory.checkPassword(personAt('bo'), 'secret-bo')).toBe('right');
  expect(await directory.find('anna')).toMatchObject({ id: 'anna' });
});

it.each(['ldaps', 'StartTLS'])(
  'sends nothing to a server whose certificate another authority issued (%s)',
  async (how) => {
    const { url, secureUrl, ca } = slapd();
    const other = join(ca, '..', 'other.pem');
    writeFileSync(other, (await createAuthority('Another CA')).cert);
    const urls = [how === 'ldaps' ? secureUrl : url];
    const directory = directoryAt({ urls, startTls: how !== 'ldaps', ca: other, bind: admin });
    const refused = expect.objectContaining({ code: 'unavailable', detail: expect.stringContaining('not trusted') });
    await expect(directory.find('anna')).rejects.toEqual(refused);
    await expect(directory.checkPassword(personAt('anna'), 'secret-anna')).rejects.toEqual(refused);
  },
);

it('sends no password to a server that refuses StartTLS', async () => {
  const sent: Buffer[] = [];
  const refusal = Buffer.from('300c02010278070a013404000400', 'hex');
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (data) => {
        sent.push(data);
        socket.write(refusal);
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { readonly port: number };
  const directory = directoryAt({ urls: [`ldap://127.0.0.1:${port}`], startTls: true, bind: admin });
  await expect(directory.find('anna')).rejects.toMatchObject({ code: 'unavailable' });
  await expect(directory.checkPassword(personAt('anna'), 'secret-anna')).rejects.toMatchObject({ code: 'unavailable' });
  expect(sent).toHaveLength(2);
  expect(Buffer.concat(sent).toString('latin1')).not.toMatch(/secret|admin/);
});

it('keeps no person bound on a connection that others are looked up with', async () => {
  const directory = directoryAt(securely(slapd(), { atOnce: 1 }));
  const uses = Array.from({ length: 10 }, (_, index) =>
    index % 2 === 0 ? directory.find('bo') : directory.checkPassword(personAt('bo'), 'secret-bo'),
  );
  const results = await Promise.all(uses);
  expect(results.filter((result) => result === 'right')).toHaveLength(5);
  expect(results.filter((result) => typeof result === 'object')).toHaveLength(5);
});
