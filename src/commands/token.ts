import { Command } from 'commander';
import { assign, disable, enable, list, remove, resync, show } from './token-care.ts';
import { enroll } from './token-enroll.ts';
import { importTokens } from './token-import.ts';

/** `portvakt token` */
export const token = new Command('token').description('Work with the one-time password tokens of people');
for (const command of [enroll, list, show, assign, enable, disable, resync, remove, importTokens]) {
  token.addCommand(command);
}
