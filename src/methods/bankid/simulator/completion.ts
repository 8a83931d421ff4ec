import { type TestPerson, testPeople } from '../../../simulator-kit/people.ts';
import type { Spoiling } from './faults.ts';
import { createOcspResponse } from './ocsp.ts';
import type { Order } from './orders.ts';
import { type Bank, policies } from './people.ts';
import { createSignature } from './signature.ts';

const device = { ipAddress: '192.0.2.7', uhi: 'OZvYM9VvyiAmG7NA5jU5zqGcVpo=' };

/** What a completed order hands over, once (`completionData`). */
export async function createCompletion(
  order: Order & { person: TestPerson },
  bank: Bank,
  spoiling: Spoiling,
  at: number,
) {
  const other = otherThan(order.person);
  const person = spoiling.content === 'person' ? other : order.person;
  const named = spoiling.namesOther === true ? other : person;
  const own = await bank.credentialOf(person, policyFor(order), spoiling.blemish);
  const strange = await bank.credentialOf(other, policies.mobile, 'untrusted');
  const signature = Buffer.from(createSignature(toSign(order, spoiling), own, strange, spoiling.signature)).toString(
    'base64',
  );
  const [issuerPem = ''] = own.chain;
  const fault = spoiling.ocsp === 'wrong-responder' || spoiling.ocsp === 'client-responder' ? undefined : spoiling.ocsp;
  const responder = await responderFor(bank, spoiling);
  const ocsp = createOcspResponse({ signature, certificatePem: own.certificatePem, issuerPem, responder, at, fault });
  return {
    user: {
      personalNumber: named.personalNumber,
      name: `${named.givenName} ${named.surname}`,
      givenName: named.givenName,
      surname: named.surname,
    },
    device,
    bankIdIssueDate: '2020-02-01Z',
    ...(order.body.requirement?.mrtd === true && { stepUp: { mrtd: spoiling.noMrtd !== true } }),
    ...(order.body.returnRisk === true && { risk: 'low' }),
    signature,
    ocspResponse: ocsp.toString('base64'),
  };
}

function toSign({ path, body, relyingParty }: Order, { content }: Spoiling) {
  const another = Buffer.from('something else').toString('base64');
  const isSigning = path.endsWith('sign') !== (content === 'purpose');
  return {
    purpose: isSigning ? ('Signing' as const) : ('Identification' as const),
    visible: content === 'visible' ? another : body.userVisibleData,
    nonVisible: content === 'nonVisible' ? another : body.userNonVisibleData,
    relyingParty: content === 'relyingParty' ? 'C=SE\nO=Somebody else AB\nCN=Somebody else' : relyingParty,
    deviceAddress: device.ipAddress,
    hardwareId: device.uhi,
  };
}

function responderFor(bank: Bank, { ocsp, blemish }: Spoiling) {
  if (ocsp === 'client-responder') return bank.customers.issue({ subject: 'CN=No responder', use: 'client' });
  return bank.responder((ocsp === 'wrong-responder') !== (blemish === 'untrusted') ? bank.strangers : bank.customers);
}

/** What the order demands, or a BankID in a phone. */
function policyFor({ body }: Order): string {
  const wanted = body.requirement?.certificatePolicies ?? [policies.mobile];
  const fits = (policy: string) =>
    wanted.some((one) => one === policy || (one.endsWith('*') && policy.startsWith(one.slice(0, -1))));
  return [policies.mobile, policies.file, policies.card].find(fits) ?? policies.mobile;
}

function otherThan({ personalNumber }: TestPerson): TestPerson {
  return testPeople.find((person) => person.personalNumber !== personalNumber) ?? testPeople[0];
}
