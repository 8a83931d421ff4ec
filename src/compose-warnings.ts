import type { Config } from './config/schema.ts';
import { idleSettings } from './core/authenticator-uses.ts';

/** Something to know of a setting of an authenticator. */
interface Warning {
  readonly authenticator: string;
  readonly setting: string;
  readonly text: string;
}

/** What somebody who runs the server should know of its configuration at each start: what is right, and a risk all the same, or does nothing. */
export function warningsOf({ authenticators }: Pick<Config, 'authenticators'>): readonly Warning[] {
  return authenticators.flatMap((settings) => {
    const { id: authenticator, type, config } = settings;
    const idle = idleSettings(settings).map(({ name: setting, advice }) => ({
      authenticator,
      setting,
      text: `the setting ${setting} has no effect: ${advice}`,
    }));
    if (type !== 'NiasOnSameDevice' || config.require_same_address) return idle;
    const setting = 'require_same_address';
    const text = `with ${setting}: false, whoever passes on the link of a sign-in of their own is signed in as who opens it`;
    return [...idle, { authenticator, setting, text }];
  });
}
