import { randomBytes } from 'node:crypto';
import { type TestPerson, testPeople } from '../../../simulator-kit/people.ts';
import type { SimRequest } from '../../../simulator-kit/simulator.ts';
import type { Cards } from './cards.ts';
import type { Call, Fields } from './envelopes.ts';
import type { NiasFault } from './faults.ts';
import type { Caller, createOrders, Order } from './orders.ts';
import { goodAnswer } from './revocation.ts';
import { digestLength, type SignatureForm, signatureOver } from './signed-data.ts';

/** A refusal: the word for it. */
export class Refusal extends Error {}

/** What callers have told of themselves, by who they are. */
type Registrations = Map<string, { readonly name: string; readonly image: string; readonly format: SignatureForm }>;

/** What the operations work on. */
export interface Service {
  readonly orders: ReturnType<typeof createOrders>;
  readonly cards: Cards;
  readonly registrations: Registrations;
  readonly now: () => number;
}

/** Largest picture of a caller, in bytes. */
const maxImage = 16_384;
const forms: readonly string[] = ['pkcs7', 'raw', 'raw-256', 'raw-512'];

/** Carries out one operation. @throws Refusal */
export async function perform(
  { operation, parameters }: Call,
  caller: Caller,
  service: Service,
  fault: NiasFault | undefined,
): Promise<string | Fields> {
  switch (operation) {
    case 'Register':
      return register(parameters, caller, service);
    case 'Collect':
      return collect(parameters['orderRef'] ?? '', caller, service, fault);
    default:
      return placeOrder(operation, parameters, caller, service);
  }
}

/** Who calls: by certificate, with the name it gave; a name that gives it away when it gave none. */
export function callerOf({ clientCertificate }: SimRequest, { registrations }: Pick<Service, 'registrations'>): Caller {
  const id = clientCertificate?.fingerprint ?? '';
  return { id, name: registrations.get(id)?.name ?? 'Company ANY' };
}

function register(parameters: Call['parameters'], { id }: Caller, { registrations }: Service): Fields {
  const { name, image, format } = {
    name: textOf(parameters, 'name'),
    image: textOf(parameters, 'image'),
    format: textOf(parameters, 'format') || 'pkcs7',
  };
  if (base64(image).length > maxImage || !forms.includes(format)) throw new Refusal('INVALID_PARAMETERS');
  registrations.set(id, { name: name || 'Company ANY', image, format: format as SignatureForm });
  const provider = { name: 'Simulated Net iD Access Server', version: '1.0', image: '', id: 'simulator' };
  return { scheme: '', provider, caller: { name, version: '', image, id: '' } };
}

function placeOrder(
  kind: 'Authenticate' | 'Sign',
  parameters: Call['parameters'],
  caller: Caller,
  { orders, registrations }: Service,
): string {
  const asked = parameters['personalNumber'];
  if (asked === undefined) throw new Refusal('INVALID_PARAMETERS');
  const visible = base64(textOf(parameters, 'userVisibleData'));
  const hidden = base64(textOf(parameters, 'userNonVisibleData'));
  const length = digestLength(registrations.get(caller.id)?.format ?? 'pkcs7');
  const isWrong = length === undefined ? kind === 'Sign' && visible.length + hidden.length === 0 : visible.length > 0;
  if (isWrong || (length !== undefined && hidden.length > 0 && hidden.length !== length)) {
    throw new Refusal('INVALID_PARAMETERS');
  }
  const given = Buffer.concat([visible, hidden]);
  const data = given.length > 0 ? given : randomBytes(length ?? 32);
  const person = asked === null || asked === '' ? undefined : named(asked);
  const placed = orders.place({ kind, asked: asked ?? '', person, caller, visible: visible.toString('utf8'), data });
  if (typeof placed === 'string') throw new Refusal(placed);
  return placed.ref;
}

/** Certificates are found by personal number, HSA-id and user principal name. */
function named(asked: string): TestPerson {
  const wanted = asked.toLowerCase();
  const person = testPeople.find(({ personalNumber, hsaId, upn }) =>
    [personalNumber, hsaId, upn].some((id) => id.toLowerCase() === wanted),
  );
  if (person === undefined) throw new Refusal('UNKNOWN_USER');
  return person;
}

async function collect(ref: string, caller: Caller, service: Service, fault: NiasFault | undefined): Promise<Fields> {
  const order = service.orders.find(ref);
  if (order === undefined || order.caller.id !== caller.id) return { progressStatus: 'INVALID_PARAMETERS' };
  const { word, asked: requestedUserId, approvedBy } = order;
  if (word !== 'COMPLETE' || approvedBy === undefined) return { progressStatus: word, requestedUserId };
  if (order.isCollected) return { progressStatus: 'ALREADY_COLLECTED', requestedUserId };
  order.isCollected = true;
  return result(order, approvedBy, service, fault?.card);
}

async function result(
  { asked, data, caller }: Order,
  approvedBy: TestPerson,
  { cards, registrations, now }: Service,
  wrong: NiasFault['card'],
): Promise<Fields> {
  const other = testPeople.find((person) => person !== approvedBy) ?? approvedBy;
  const person = wrong === 'other-person' ? other : approvedBy;
  const holder = wrong === 'holder-of-other-person' ? other : person;
  const card = await cards.of(holder, wrong === 'expired' || wrong === 'other-authority' ? wrong : undefined);
  const { givenName, surname, personalNumber, upn, hsaId } = person;
  const { notBefore, notAfter, certificate, thumbprint } = card;
  return {
    progressStatus: 'COMPLETE',
    requestedUserId: asked,
    signature: signatureOver(data, registrations.get(caller.id)?.format ?? 'pkcs7', card),
    userInfo: {
      name: `${givenName} ${surname}`,
      personalNumber,
      userUniqueName: upn,
      userId: hsaId,
      notBefore,
      notAfter,
      givenName,
      surname,
      certificate,
      thumbprint,
    },
    ocspResponse: goodAnswer(card.certificatePem, cards.authority, now()),
    deviceInfo: { name: 'Simulated phone', version: '7.0', address: '192.0.2.17' },
  };
}

function textOf(parameters: Call['parameters'], name: string): string {
  return parameters[name] ?? '';
}

function base64(text: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw new Refusal('INVALID_PARAMETERS');
  return Buffer.from(text, 'base64');
}
