import { Command } from 'commander';
import { CommandFailed, type ConfigOptions, configCommand, say, withExistingPortvakt } from './open.ts';

const receipts = configCommand(
  'receipts',
  'Print where each gateway’s provider reaches this server with delivery receipts, one a line: gateway, address',
).action((options: ConfigOptions) =>
  withExistingPortvakt(
    options,
    async ({ config, messages }) => {
      if (config.messages.receiptsUrl === undefined)
        throw new CommandFailed('messages.receiptsUrl is not set: providers are told no address.');
      const addresses = messages.receiptAddresses();
      if (addresses.length === 0) throw new CommandFailed('No gateway has a provider that sends receipts over HTTP.');
      for (const { gateway, url } of addresses) say(`${gateway}\t${url}`);
    },
    true,
  ),
);

/** `portvakt messages` */
export const messages = new Command('messages')
  .description('Work with text messages and their gateways')
  .addCommand(receipts);
