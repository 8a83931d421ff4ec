import type { GatewaySettings } from '../core/gateway-settings.ts';
import type { HttpClient } from '../core/http.ts';
import { nameOf } from '../core/message-settings.ts';
import type { Clock } from '../core/ports.ts';
import type { Gateway, Receipt } from './messages-gateway.ts';
import type { Outbox } from './messages-outbox.ts';
import { elksDialect } from './sms-46elks.ts';
import { createHttpGateway, type HttpDialect } from './sms-http.ts';
import { linkDialect } from './sms-link.ts';
import { createMailGateway } from './sms-mail.ts';
import { sinchDialect } from './sms-sinch.ts';
import { createSmppGateway } from './sms-smpp.ts';
import { templateDialect } from './sms-template.ts';
import { twilioDialect } from './sms-twilio.ts';
import { vonageDialect } from './sms-vonage.ts';

/** What gateways are made with. */
export interface GatewayParts {
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly outbox: Outbox;
  /** Where a gateway's provider posts receipts; undefined when it is not to. */
  receiptUrl(gateway: string): string | undefined;
  onReceipt(gateway: string, receipt: Receipt): Promise<void>;
}

/** The gateway that the settings describe. */
export function createGateway(settings: GatewaySettings, parts: GatewayParts): Gateway {
  const name = nameOf(settings);
  const { connectTimeoutMs, outbox, onReceipt } = parts;
  if ('log' in settings) return { name, send: async (sms) => outbox.keep(sms) };
  if ('mail' in settings) return createMailGateway(name, settings.mail, parts);
  if ('smpp' in settings) {
    return createSmppGateway({
      name,
      settings: settings.smpp,
      connectTimeoutMs,
      onReceipt: (receipt) => onReceipt(name, receipt),
    });
  }
  const { timeoutMs, dialect } = overHttp(settings, parts.receiptUrl(name));
  return createHttpGateway({ name, timeoutMs, connectTimeoutMs, http: parts.http }, dialect);
}

type OverHttp = Exclude<GatewaySettings, { log: unknown } | { mail: unknown } | { smpp: unknown }>;

function overHttp(settings: OverHttp, url: string | undefined): { timeoutMs: number; dialect: HttpDialect } {
  if ('http' in settings) return { ...settings.http, dialect: templateDialect(settings.http) };
  if ('46elks' in settings) return { ...settings['46elks'], dialect: elksDialect(settings['46elks'], url) };
  if ('twilio' in settings) return { ...settings.twilio, dialect: twilioDialect(settings.twilio, url) };
  if ('vonage' in settings) return { ...settings.vonage, dialect: vonageDialect(settings.vonage, url) };
  if ('sinch' in settings) return { ...settings.sinch, dialect: sinchDialect(settings.sinch, url) };
  return { ...settings.link, dialect: linkDialect(settings.link) };
}
