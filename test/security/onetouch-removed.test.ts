import { expect, it, onTestFinished } from 'vitest';
import { startLdapResponder } from '../support/ldap-responder.ts';
import { startPushServer } from '../support/push-server.ts';

/** A server whose people are in an LDAP directory, and a device that was shown a request. */
async function scene() {
  const says = { code: 0, isKnown: true };
  const directory = await startLdapResponder({
    search: (_, filter) => ({
      code: says.code,
      entries:
        says.isKnown && filter.includes('wgretzky')
          ? [{ dn: 'uid=wgretzky,dc=example', attributes: { uid: ['wgretzky'] } }]
          : [],
    }),
  });
  onTestFinished(() => directory.end());
  const ldap = { type: 'ldap', urls: [directory.url], base: 'dc=example', allowPlain: true };
  const server = await startPushServer({ realms: { default: { directories: [ldap] } } });
  const device = await server.enrol();
  const { assignmentid } = await server.start();
  return { ...server, says, device, assignmentid, shown: await device.open() };
}

it('refuses the yes of a person whom the directory has let go meanwhile', async () => {
  const { says, device, shown, statusOf, assignmentid, events } = await scene(); // seen to fail (CONFIRMED) with the look at the start only
  says.isKnown = false;
  expect((await device.answer(shown, 'approve')).body).toMatchObject({ code: 'assignment-gone' });
  expect(await statusOf(assignmentid)).toBe('IN_PROGRESS');
  const refused = (await events()).find(({ event }) => event === 'push.answer-refused');
  expect(refused).toMatchObject({ user: 'wgretzky', subject: device.id, reason: 'person-unknown' });
});

it('takes their no all the same', async () => {
  const { says, device, shown, statusOf, assignmentid } = await scene();
  says.isKnown = false;
  expect((await device.answer(shown, 'reject')).body).toEqual({ outcome: 'rejected' });
  expect(await statusOf(assignmentid)).toBe('REJECTED');
});

it('decides nothing while the directory cannot be asked, and takes the yes afterwards', async () => {
  const { says, device, shown, statusOf, assignmentid } = await scene();
  says.code = 52;
  expect((await device.answer(shown, 'approve')).status).toBe(503);
  expect(await statusOf(assignmentid)).toBe('IN_PROGRESS');
  says.code = 0;
  expect((await device.answer(shown, 'approve')).body).toEqual({ outcome: 'approved' });
  expect(await statusOf(assignmentid)).toBe('CONFIRMED');
});
