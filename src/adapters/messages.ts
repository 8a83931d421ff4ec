import type { MessageSettings } from '../core/message-settings.ts';
import type { Log, Messages, Ports } from '../core/ports.ts';
import { createHttpClient } from './http-client.ts';
import { createMailServer, type Mail } from './mail-smtp.ts';
import { isDenied, maySpend, mayWrite, refuse, settle } from './messages-checks.ts';
import { createFailOver, type Delivery } from './messages-fail-over.ts';
import type { PostedReceipt, Receipt, Sender } from './messages-gateway.ts';
import { createGateway } from './messages-gateways.ts';
import { createOutbox, type KeptMessage, type Outbox } from './messages-outbox.ts';
import { afterReceipt, stateOf } from './messages-receipts.ts';
import { mailThrottle, phoneThrottle } from './messages-throttle.ts';
import { toE164 } from './phone-number.ts';

/** What messages are sent with. */
export type MessagesOptions = Pick<Ports, 'store' | 'vault' | 'clock' | 'chance'> & {
  readonly settings: MessageSettings;
  readonly log: Pick<Log, 'warn'>;
};

/** The port, and what the server needs around it. */
export interface MessageCentre extends Messages {
  /** What `log` kept instead of sending it: the last 50, newest last, in memory only. For the demo page. */
  outbox(): readonly KeptMessage[];
  /** Where providers reach us with receipts, with the secret in it; nothing without `receiptsUrl`. For the operator's eyes. */
  receiptAddresses(): readonly { readonly gateway: string; readonly url: string }[];
  /** Whether `<receiptsUrl>/<gateway>/<secret>` is such an address. */
  isReceiptAddress(gateway: string, secret: string): boolean;
  /**
   * Takes a receipt that came to `<receiptsUrl>/<gateway>/<secret>`; the secret proves it, and a signature where the provider signs.
   *
   * `refused`: no such gateway, wrong secret or signature, or a GET of a provider that posts (answer 404). `not-understood`: answer 400.
   * `recorded`: answer 204; a message that is not known is `recorded`, too, for it may yet become known.
   * @throws Problem 'store-unavailable', so that the provider tries again
   */
  receive(gateway: string, secret: string, posted: PostedReceipt): Promise<'recorded' | 'refused' | 'not-understood'>;
  /** Lets messages under way end and takes leave of the gateways. */
  close(): Promise<void>;
}

/** Calls in flight to one host; each gateway has a bulkhead of its own, which is narrower. */
const atOnce = 1024;

/** Text messages and mail by the configured gateways, watched by throttle and budget. */
export function createMessages(options: MessagesOptions): MessageCentre {
  const { settings, store, vault, clock, chance, log } = options;
  const { connectTimeoutMs, breaker } = settings;
  const outbox = createOutbox(clock);
  const http = createHttpClient({ connectTimeoutMs, atOnce, waiting: 0, failures: Number.POSITIVE_INFINITY });
  const secretOf = (gateway: string) => vault.keyedHash(gateway, 'receipt-address');
  const receiptUrl = (gateway: string) =>
    settings.receiptsUrl && `${settings.receiptsUrl.replace(/\/$/, '')}/${gateway}/${secretOf(gateway)}`;
  const onReceipt = (gateway: string, receipt: Receipt) =>
    store.change(stateOf(gateway, receipt.id), afterReceipt(gateway, receipt));
  const parts = { connectTimeoutMs, clock, http, outbox, receiptUrl, onReceipt };
  const gateways = settings.gateways.map((gateway) => createGateway(gateway, parts));
  const breaking = { failures: breaker.failures, openMs: breaker.openSeconds * 1000 };
  const deliver = createFailOver(gateways, breaking);
  const post = createFailOver(mailSenders(settings, outbox), breaking);
  const readerOf = (name: string, secret: string) => {
    const reader = gateways.find((gateway) => gateway.name === name)?.receipts;
    // Compared even if there is no such gateway, so that the time tells no names.
    return vault.equal(secret, secretOf(name)) ? reader : undefined;
  };
  /** A gateway that fails while the next one takes over would otherwise go unnoticed. */
  const tell = (delivery: Delivery): Delivery => {
    const said = delivery.gateway === undefined ? delivery.detail : delivery.before;
    if (said !== '') log.warn({ gateways: said }, 'a gateway did not take a message');
    return delivery;
  };
  const reference = () => Buffer.from(chance.bytes(8)).toString('hex');

  return {
    async sms(message) {
      const to = toE164(message.to, settings.country);
      const refusal = to === undefined ? 'number-invalid' : isDenied(to, settings) ? 'prefix-denied' : undefined;
      if (to === undefined || refusal !== undefined) return refuse(options, message, refusal ?? '');
      await mayWrite(options, message, phoneThrottle(vault.keyedHash(to, 'phone-throttle')));
      await maySpend(options, message);
      await settle(options, message, tell(await deliver({ to, text: message.text, reference: reference() })));
    },
    async mail({ subject, ...message }) {
      const address = message.to.trim();
      if (!/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(address))
        return refuse(options, message, 'address-invalid');
      await mayWrite(options, message, mailThrottle(vault.keyedHash(address.toLowerCase(), 'mail-throttle')));
      const mail = { to: address, text: message.text, subject, reference: reference(), at: clock.now() };
      await settle(options, message, tell(await post(mail)));
    },
    outbox: outbox.list,
    receiptAddresses: () =>
      gateways.flatMap(({ name, receipts }) => {
        const url = receiptUrl(name);
        return receipts === undefined || url === undefined ? [] : [{ gateway: name, url }];
      }),
    isReceiptAddress: (name, secret) => readerOf(name, secret) !== undefined,
    async receive(name, secret, posted) {
      const reader = readerOf(name, secret);
      if (reader === undefined || (posted.inQuery && !reader.mayComeInQuery)) return 'refused';
      if (reader.isGenuine !== undefined && !reader.isGenuine(posted)) return 'refused';
      const receipt = reader.parse(posted.body);
      if (receipt === undefined) return 'not-understood';
      await onReceipt(name, receipt);
      return 'recorded';
    },
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.close?.()));
      await http.close();
    },
  };
}

function mailSenders({ mail, connectTimeoutMs }: MessageSettings, outbox: Outbox): readonly Sender<Mail>[] {
  if (mail === undefined) return [];
  if ('log' in mail) return [{ name: 'log', send: async (message) => outbox.keep(message) }];
  const { timeoutMs } = mail.smtp;
  return [{ name: 'smtp', ...createMailServer(mail.smtp, { connectTimeoutMs, timeoutMs }) }];
}
