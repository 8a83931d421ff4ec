import { z } from 'zod';
import { isPolicyPattern } from '../../core/bankid-requirement.ts';
import { toBase64 } from '../../core/base64.ts';
import { isPersonalNumber } from '../../core/personal-number.ts';
import { Problem } from '../../core/problem.ts';
import type { OrderSettings } from './order-settings.ts';
import { isPolicyAmong } from './policies.ts';
import { choiceIn } from './step-settings.ts';
import type { Purpose } from './wire.ts';

type Input = Readonly<Record<string, string | undefined>>;

/** Longest texts, in characters of Base64 (BankID reference 2.1, 2.2). Hidden ones to sign: 200,000 with BankID; ours is what is read back of a signature in one piece. */
const lengths = {
  auth: { userVisibleData: 1500, userNonVisibleData: 1500 },
  sign: { userVisibleData: 40_000, userNonVisibleData: 65_532 },
} as const;

const address = z.union([z.ipv4(), z.ipv6()]);

/** What is asked of BankID, as it goes over the wire. */
export interface OrderBody {
  readonly endUserIp?: string;
  readonly personalNumber?: string;
  readonly callInitiator?: 'user' | 'RP';
  readonly requirement?: Readonly<Record<string, string | boolean | readonly string[]>>;
  readonly userVisibleData?: string;
  readonly userVisibleDataFormat?: string;
  readonly userNonVisibleData?: string;
  readonly returnUrl?: string;
  readonly returnRisk?: true;
  readonly web?: Readonly<Record<string, string>>;
  readonly app?: Readonly<Record<string, string>>;
}

/**
 * The order that a request and the settings make together; nothing else of the request goes to BankID.
 *
 * @throws Problem 'property-missing', 'property-invalid', with the property
 */
export function toOrder(purpose: Purpose, input: Input, settings: OrderSettings, callerAddress: string): OrderBody {
  const person = personIn(input);
  const byPhone = purpose.startsWith('phone-');
  const requirement = {
    ...requirementIn(input, settings.requirement),
    ...(person !== undefined && !byPhone && { personalNumber: person }),
  };
  return {
    ...(byPhone ? callIn(input, person) : whereIn(input, settings, callerAddress)),
    ...textsIn(purpose, input, settings),
    ...(Object.keys(requirement).length > 0 && { requirement }),
  };
}

function personIn(input: Input): string | undefined {
  const property = input['pnr'] === undefined ? 'personalNumber' : 'pnr';
  const number = input[property];
  if (number === undefined || isPersonalNumber(number)) return number;
  throw new Problem('property-invalid', 'must be a personal number of twelve digits', { property });
}

function callIn(input: Input, personalNumber: string | undefined) {
  if (personalNumber === undefined) throw new Problem('property-missing', 'must be there', { property: 'pnr' });
  const initiator = choiceIn(input, 'callInitiator', ['USER', 'user', 'RP']);
  return { personalNumber, callInitiator: initiator === 'RP' ? ('RP' as const) : ('user' as const) };
}

function whereIn(input: Input, settings: OrderSettings, callerAddress: string) {
  const returnUrl = input['returnUrl'] ?? settings.returnUrl;
  if (
    returnUrl !== undefined &&
    !/^(?!javascript:|data:|vbscript:)[a-z][a-z0-9+.-]*:[^\s"<>\\^`{|}]{1,500}$/i.test(returnUrl)
  ) {
    throw new Problem('property-invalid', 'must be an address of at most 512 characters', { property: 'returnUrl' });
  }
  const returnRisk = settings.returnRisk || flagIn(input, 'returnRisk');
  return {
    endUserIp: endUserIn(input, settings, callerAddress),
    ...(returnUrl !== undefined && { returnUrl }),
    ...(returnRisk && { returnRisk: true as const }),
    ...deviceIn(input),
  };
}

function endUserIn(input: Input, { endUserIp }: OrderSettings, callerAddress: string): string {
  const given = endUserIp === 'caller' ? callerAddress : input['endUserIp'];
  if (given === undefined && endUserIp === 'property') {
    throw new Problem('property-missing', 'must be there', { property: 'endUserIp' });
  }
  const { data } = address.safeParse((given ?? callerAddress).replace(/^::ffff:(?=\d+\.)/i, ''));
  if (data === undefined) throw new Problem('property-invalid', 'must be an IP address', { property: 'endUserIp' });
  return data;
}

function textsIn(purpose: Purpose, input: Input, settings: OrderSettings) {
  const isSigning = purpose === 'sign' || purpose === 'phone-sign';
  const limits = lengths[isSigning ? 'sign' : 'auth'];
  const visible = textIn(input['userVisibleData'] ?? settings.userVisibleData, 'userVisibleData', limits);
  const nonVisible = textIn(input['userNonVisibleData'], 'userNonVisibleData', limits);
  if (isSigning && visible === undefined) {
    throw new Problem('property-missing', 'must be there', { property: 'userVisibleData' });
  }
  const given = input['userVisibleDataFormat'] ?? settings.userVisibleDataFormat;
  const form =
    given && choiceIn({ userVisibleDataFormat: given }, 'userVisibleDataFormat', ['plaintext', 'simpleMarkdownV1']);
  return {
    ...(visible !== undefined && { userVisibleData: visible }),
    ...(nonVisible !== undefined && { userNonVisibleData: nonVisible }),
    // Absent means plain text, and some versions of BankID’s documents know no other word for it.
    ...(form === 'simpleMarkdownV1' && { userVisibleDataFormat: form }),
  };
}

function textIn(
  text: string | undefined,
  property: keyof (typeof lengths)['auth'],
  limits: Readonly<Record<typeof property, number>>,
) {
  if (text === undefined) return undefined;
  const encoded = toBase64(text);
  if (text === '' || !text.isWellFormed() || encoded.length > limits[property]) {
    throw new Problem('property-invalid', `must be a text of at most ${(limits[property] / 4) * 3} bytes`, {
      property,
    });
  }
  return encoded;
}

function requirementIn(
  input: Input,
  settings: OrderSettings['requirement'],
): Readonly<Record<string, string | boolean | readonly string[]>> {
  const { risk, cardReader: least } = settings;
  const asked = input['cardReader'] === undefined ? undefined : choiceIn(input, 'cardReader', ['class1', 'class2']);
  const cardReader = least === 'class2' ? least : (asked ?? least);
  const policies = policiesIn(input, settings);
  return {
    ...((settings.pinCode || flagIn(input, 'pinCode')) && { pinCode: true }),
    ...((settings.mrtd || flagIn(input, 'mrtd')) && { mrtd: true }),
    ...(cardReader !== undefined && { cardReader }),
    ...(policies !== undefined && { certificatePolicies: policies }),
    ...(risk !== undefined && { risk }),
  };
}

function policiesIn(
  input: Input,
  { certificatePolicies: allowed }: OrderSettings['requirement'],
): readonly string[] | undefined {
  const given = input['certificatePolicies']?.split(',').map((policy) => policy.trim());
  if (given === undefined) return allowed;
  const fits = (policy: string) => isPolicyPattern(policy) && (allowed === undefined || isPolicyAmong(policy, allowed));
  if (given.length <= 20 && given.every(fits)) return given;
  throw new Problem('property-invalid', 'must be certificate policies that are accepted here', {
    property: 'certificatePolicies',
  });
}

function deviceIn(input: Input): Pick<OrderBody, 'web' | 'app'> {
  const web = fieldsIn(input, { referringDomain: [3, 253], userAgent: [1, 256] });
  const app = fieldsIn(input, { appIdentifier: [1, 256], deviceOS: [1, 256], deviceModelName: [1, 256] });
  if (web !== undefined && app !== undefined) {
    throw new Problem('property-invalid', 'is of an app, and there is something of a page', {
      property: 'appIdentifier',
    });
  }
  const device = fieldsIn(input, { deviceIdentifier: [1, web === undefined ? 256 : 64] });
  if (web !== undefined) return { web: { ...web, ...device } };
  return app === undefined ? {} : { app: { ...app, ...device } };
}

function fieldsIn(input: Input, limits: Readonly<Record<string, readonly [least: number, most: number]>>) {
  const fields = Object.entries(limits).flatMap(([property, [least, most]]) => {
    const text = input[property];
    if (text === undefined) return [];
    if (text.length >= least && text.length <= most) return [[property, text] as const];
    throw new Problem('property-invalid', `must have ${least} to ${most} characters`, { property });
  });
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

function flagIn(input: Input, property: string): boolean {
  return choiceIn(input, property, ['false', 'true']) === 'true';
}
