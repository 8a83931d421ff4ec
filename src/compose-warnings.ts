import type { Config } from './config/schema.ts';

/** What somebody who runs the server should know of its configuration at each start: what is right, and a risk all the same. */
export function warningsOf({ authenticators }: Pick<Config, 'authenticators'>): readonly string[] {
  return authenticators
    .filter(({ type, config }) => type === 'NiasOnSameDevice' && !config.require_same_address)
    .map(
      ({ id }) =>
        `authenticator "${id}": with require_same_address: false, whoever passes on the link of a sign-in of their own is signed in as who opens it`,
    );
}
