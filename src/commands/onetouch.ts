import { Command } from 'commander';
import { toString as drawQr } from 'qrcode';
import { type DeviceAdministration, devicesOf } from '../compose.ts';
import {
  CommandFailed,
  type ConfigOptions,
  commandOrigin,
  configCommand,
  say,
  withExistingPortvakt,
  withPortvakt,
} from './open.ts';

interface DeviceOptions extends ConfigOptions {
  readonly realm: string;
}

interface PersonOptions extends DeviceOptions {
  readonly user: string;
}

const enroll = deviceCommand('enroll', 'Invite a person to enrol a device: prints a QR code that is good for one')
  .requiredOption('-u, --user <name>', 'the person')
  .action((options: PersonOptions) =>
    withDevices(
      options,
      async (devices) => {
        const { user, link, endsAt } = await devices.invite(options.user);
        say(await drawQr(link, { type: 'terminal', small: true }));
        say(`For:   ${user}`);
        say(`Link:  ${link}`);
        say(`Until: ${new Date(endsAt).toISOString()}, or the first device that enrols with it.`);
      },
      true,
    ),
  );

const list = deviceCommand('list', 'List devices, one a line: id, owner, name, how it is woken, since when')
  .option('-u, --user <name>', 'only those of this person')
  .action((options: DeviceOptions & { readonly user?: string }) =>
    withDevices(options, async (devices) => {
      for await (const { id, user, device, pausedAt } of devices.list(options.user)) {
        const { name, pushKind, pushLapsedAt, passkey, enrolledAt } = device;
        const woken = pushKind ?? (pushLapsedAt === undefined ? 'no push' : 'push lapsed');
        const marks = [passkey && 'passkey', pausedAt && 'paused'].filter((mark) => typeof mark === 'string');
        say([id, user, name, woken, new Date(enrolledAt).toISOString(), ...marks].join('\t'));
      }
    }),
  );

const revoke = deviceCommand('revoke', 'Take a device from its owner; its key is dead at once')
  .argument('<id>', 'id of the device')
  .action((id: string, options: DeviceOptions) =>
    withDevices(options, async (devices) => {
      say(`${id} of ${await devices.revoke(id)} is revoked.`);
    }),
  );

const resume = deviceCommand('resume', 'Ask a person again, who said that a request was not theirs')
  .requiredOption('-u, --user <name>', 'the person')
  .action((options: PersonOptions) =>
    withDevices(options, async (devices) => {
      const lifted = await devices.resume(options.user);
      say(lifted ? `${options.user} is asked again.` : `${options.user} was not paused.`);
    }),
  );

/** `portvakt onetouch` */
export const onetouch = new Command('onetouch').description('Work with the devices that people approve on');
for (const command of [enroll, list, revoke, resume]) onetouch.addCommand(command);

function deviceCommand(name: string, description: string): Command {
  return configCommand(name, description).option('-r, --realm <realm>', 'whose people', 'default');
}

/** Hands the devices of the realm to `work`. @throws CommandFailed when the configuration has no such realm */
function withDevices(
  options: DeviceOptions,
  work: (devices: DeviceAdministration) => Promise<void>,
  isFirst = false,
): Promise<void> {
  const open = isFirst ? withPortvakt : withExistingPortvakt;
  return open(options, async (portvakt) => {
    const realms = [...portvakt.ports.realms.keys()];
    if (!realms.includes(options.realm)) {
      throw new CommandFailed(`There is no realm "${options.realm}"; there is ${realms.join(', ')}.`);
    }
    await work(devicesOf(portvakt, options.realm, commandOrigin()));
  });
}
