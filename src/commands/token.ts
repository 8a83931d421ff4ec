import { Command } from 'commander';
/** `portvakt token` */
export const token = new Command('token').description('Work with tokens');
