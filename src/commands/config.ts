import { Command } from 'commander';
import { loadPortvaktConfig, tryFiles } from '../compose.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import { type ConfigOptions, configCommand, say } from './open.ts';

const check = configCommand('check', 'Find every fault of a configuration, by file and line; change nothing').action(
  async ({ config: path, ...overrides }: ConfigOptions) => {
    const loaded = loadPortvaktConfig(path, overrides);
    await tryFiles(loaded);
    const { config } = loaded;
    const tenants = Object.keys(config.tenants).length;
    say(
      `${path} is right: ${tenants} tenant${tenants === 1 ? '' : 's'}, realms ${Object.keys(config.realms).join(', ')}.`,
    );
  },
);

const schema = new Command('schema')
  .description('Print the JSON Schema of the configuration, for editors')
  .action(() => say(JSON.stringify(configJsonSchema(), undefined, 2)));

/** `portvakt config` */
export const config = new Command('config')
  .description('Work with configuration files')
  .addCommand(check)
  .addCommand(schema);
