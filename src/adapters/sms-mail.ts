import type { SettingsOf } from '../core/gateway-settings.ts';
import type { Clock } from '../core/ports.ts';
import { createMailServer } from './mail-smtp.ts';
import type { Gateway } from './messages-gateway.ts';
import { fill, spellings } from './sms-template.ts';

/** A gateway that takes mail: the number is in the address, the text is the body. What becomes of it afterwards nobody tells. */
export function createMailGateway(
  name: string,
  settings: SettingsOf<'mail'>,
  { connectTimeoutMs, clock }: { readonly connectTimeoutMs: number; readonly clock: Clock },
): Gateway {
  const server = createMailServer(settings, { connectTimeoutMs, timeoutMs: settings.timeoutMs });
  return {
    name,
    send({ to, text, reference }) {
      const values = { ...spellings(to), from: settings.from, text, reference };
      const subject = fill(settings.subject, values);
      return server.send({ to: fill(settings.to, values), subject, text, reference, at: clock.now() });
    },
  };
}
