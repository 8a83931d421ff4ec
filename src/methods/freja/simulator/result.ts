import { testPeople } from '../../../simulator-kit/people.ts';
import { attributesOf } from './attributes.ts';
import type { Order } from './orders.ts';
import type { Signing } from './signing.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a question about one result is answered with. `fault` spoils it. */
export function resultOf(order: Order, signing: Signing, fault?: string): Fields {
  const authRef = fault === 'other-reference' ? `${order.ref.slice(1)}A` : order.ref;
  if (fault === 'no-status') return { authRef };
  const status = { 'unknown-status': 'ON_HOLIDAY', 'status-number': 7 }[fault ?? ''] ?? order.status;
  if (status !== 'APPROVED') return { authRef, status };
  const requestedAttributes = copyOf(order, fault);
  const attributes = Object.keys(requestedAttributes).length > 0 && { requestedAttributes };
  if (fault === 'no-details') return { authRef, status, ...attributes };
  const payload = fault === 'payload-not-json' ? 'approved' : JSON.stringify(payloadOf(order, fault));
  return { authRef, status, details: signing.sign(payload, fault), ...attributes };
}

/** The attributes a second time, unsigned. */
function copyOf(order: Order, fault: string | undefined): Fields {
  const person = fault === 'attributes-differ' ? anotherThan(order) : order.person;
  return person === undefined ? {} : attributesOf(person, order.attributes, order.startedAt);
}

function payloadOf(order: Order, fault: string | undefined): Fields {
  const person = fault === 'wrong-person' ? anotherThan(order) : order.person;
  const requestedAttributes = person === undefined ? {} : attributesOf(person, order.attributes, order.startedAt);
  const hourMs = 3_600_000;
  const shiftMs = { 'old-timestamp': -hourMs, 'future-timestamp': hourMs }[fault ?? ''] ?? 0;
  return {
    authRef: fault === 'swapped-details' ? `${order.ref.slice(1)}A` : order.ref,
    status: fault === 'payload-not-approved' ? 'REJECTED' : order.status,
    userInfoType: fault === 'wrong-type' ? 'INTEGRATOR' : order.userInfoType,
    userInfo: userInfoOf(order, fault),
    minRegistrationLevel: fault === 'lower-level' ? 'LOW' : order.level,
    timestamp: (order.endedAt ?? order.startedAt) + shiftMs,
    ...(Object.keys(requestedAttributes).length > 0 && { requestedAttributes }),
  };
}

/** For SSN, JSON as text, as public clients have met it. */
function userInfoOf(order: Order, fault: string | undefined): string {
  const { userInfoType, identifier, country } = order;
  const another = fault === 'wrong-person' ? anotherThan(order) : undefined;
  if (userInfoType === 'SSN') return JSON.stringify({ country, ssn: another?.personalNumber ?? identifier });
  if (another === undefined || userInfoType === 'INFERRED') return identifier;
  return { EMAIL: another.email, PHONE: another.phone, ORG_ID: another.organisationId }[userInfoType] ?? another.upn;
}

function anotherThan({ person }: Order) {
  return testPeople.find((other) => other !== person);
}
