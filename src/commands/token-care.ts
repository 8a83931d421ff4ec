import type { OwnedToken } from '../compose.ts';
import { CommandFailed, say } from './open.ts';
import { type RealmOptions, realmCommand } from './realm-options.ts';
import { withTokens } from './token-options.ts';

/** `portvakt token list` */
export const list = realmCommand('list', 'List tokens, one a line: id, owner, type, state, name')
  .option('-u, --user <name>', 'only those of this person')
  .action((options: RealmOptions & { readonly user?: string }) =>
    withTokens(options, async (tokens) => {
      for await (const { id, user, token } of tokens.list(options.user)) {
        say([id, user ?? '(in stock)', token.type, token.state, token.name ?? ''].join('\t').trimEnd());
      }
    }),
  );

/** `portvakt token show` */
export const show = realmCommand('show', 'Show what is known of a token, but its secret')
  .argument('<id>', 'serial number of the token')
  .action((id: string, options: RealmOptions) =>
    withTokens(options, async (tokens) => {
      const found = await tokens.show(id);
      for (const [name, value] of Object.entries(detailsOf(found))) if (value !== undefined) say(`${name}: ${value}`);
    }),
  );

/** `portvakt token assign` */
export const assign = realmCommand('assign', 'Give a token that is in stock to a person')
  .argument('<id>', 'serial number of the token')
  .requiredOption('-u, --user <name>', 'the person')
  .action((id: string, options: RealmOptions & { readonly user: string }) =>
    withTokens(options, async (tokens) => {
      say(`${id} belongs to ${await tokens.assign(id, options.user)} now.`);
    }),
  );

/** `portvakt token enable` */
export const enable = realmCommand('enable', 'Switch a token on')
  .argument('<id>', 'serial number of the token')
  .action((id: string, options: RealmOptions) =>
    withTokens(options, async (tokens) => {
      await tokens.switch(id, 'active');
      say(`${id} is active.`);
    }),
  );

/** `portvakt token disable` */
export const disable = realmCommand('disable', 'Switch a token off; its codes are refused')
  .argument('<id>', 'serial number of the token')
  .action((id: string, options: RealmOptions) =>
    withTokens(options, async (tokens) => {
      await tokens.switch(id, 'disabled');
      say(`${id} is disabled.`);
    }),
  );

/** `portvakt token delete` */
export const remove = realmCommand('delete', 'Delete a token, for ever')
  .argument('<id>', 'serial number of the token')
  .action((id: string, options: RealmOptions) =>
    withTokens(options, async (tokens) => {
      await tokens.delete(id);
      say(`${id} is deleted.`);
    }),
  );

/** `portvakt token resync` */
export const resync = realmCommand(
  'resync',
  'Bring a token back into step by two codes that it shows one after the other',
)
  .argument('<id>', 'serial number of the token')
  .argument('<first>', 'the first code')
  .argument('<second>', 'the code that came next')
  .action((id: string, first: string, second: string, options: RealmOptions) =>
    withTokens(options, async (tokens) => {
      if (!(await tokens.resync(id, [first, second]))) {
        throw new CommandFailed(
          'These are not two consecutive codes that the token could show soon. Nothing was changed. Wait for two new ones and try again.',
        );
      }
      say(`${id} is in step. Both codes are used.`);
    }),
  );

function detailsOf({ id, user, token, account }: OwnedToken & { readonly account: { readonly attempts?: object } }) {
  const { type, algorithm, digits, periodSeconds, next, drift, state, name, createdAt, usedAt, confirmBy } = token;
  const when = (instant: number | undefined) => instant && new Date(instant).toISOString();
  const byTime = { 'period, seconds': periodSeconds, 'clock ahead, steps': drift };
  return {
    id,
    owner: user ?? '(in stock)',
    type,
    state,
    name,
    algorithm,
    digits,
    ...(type === 'totp' ? byTime : { 'next counter': next }),
    created: when(createdAt),
    'last used': when(usedAt) ?? 'never',
    'first code must come before': when(confirmBy),
    'wrong codes of the owner': account.attempts && JSON.stringify(account.attempts),
  };
}
