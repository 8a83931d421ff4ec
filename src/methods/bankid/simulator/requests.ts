import { isIP } from 'node:net';

/** A field’s fault, or undefined when it may stay. */
type Rule = (value: unknown) => boolean;

/** The methods that start an order, by path. */
export const startPaths = {
  auth: 'auth',
  sign: 'sign',
  'phone/auth': 'phone/auth',
  'phone/sign': 'phone/sign',
} as const;

/** A key of the table above. */
export type StartPath = keyof typeof startPaths;

/** What a relying party asks for, as far as the simulator acts on it. */
export interface StartBody {
  readonly endUserIp?: string;
  readonly personalNumber?: string;
  readonly userVisibleData?: string;
  readonly userNonVisibleData?: string;
  readonly returnRisk?: boolean;
  readonly requirement?: {
    readonly personalNumber?: string;
    readonly mrtd?: boolean;
    readonly certificatePolicies?: readonly string[];
  };
}

const text =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === 'string' && value.length >= least && value.length <= most;
const base64 =
  (least: number, most: number): Rule =>
  (value) =>
    text(least, most)(value) &&
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value as string);
const oneOf =
  (...words: readonly string[]): Rule =>
  (value) =>
    words.includes(value as string);
const boolean: Rule = (value) => typeof value === 'boolean';
const personalNumber: Rule = (value) => typeof value === 'string' && /^\d{12}$/.test(value);
const policy: Rule = (value) => typeof value === 'string' && /^\d+(\.\d+){2,}(\.\*)?$/.test(value);

const device =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value) =>
    isObject(value) && fits(value, rules, []);

const requirement: Readonly<Record<string, Rule>> = {
  pinCode: boolean,
  mrtd: boolean,
  cardReader: oneOf('class1', 'class2'),
  certificatePolicies: (value) => Array.isArray(value) && value.length > 0 && value.every(policy),
  personalNumber,
  risk: oneOf('low', 'moderate'),
};

const shared: Readonly<Record<string, Rule>> = {
  requirement: device(requirement),
  userVisibleDataFormat: oneOf('plaintext', 'simpleMarkdownV1'),
  returnUrl: text(1, 512),
  returnRisk: boolean,
  endUserIp: (value) => typeof value === 'string' && isIP(value) !== 0,
  app: device({
    appIdentifier: text(1, 256),
    deviceOS: text(1, 256),
    deviceModelName: text(1, 256),
    deviceIdentifier: text(1, 256),
  }),
  web: device({ referringDomain: text(3, 253), userAgent: text(1, 256), deviceIdentifier: text(1, 64) }),
};
const toIdentify = { ...shared, userVisibleData: base64(1, 1500), userNonVisibleData: base64(1, 1500) };
const toSign = { ...shared, userVisibleData: base64(1, 40_000), userNonVisibleData: base64(1, 200_000) };
const called = { personalNumber, callInitiator: oneOf('user', 'RP') };

const forms: Readonly<
  Record<StartPath, readonly [rules: Readonly<Record<string, Rule>>, required: readonly string[]]>
> = {
  auth: [toIdentify, ['endUserIp']],
  sign: [toSign, ['endUserIp', 'userVisibleData']],
  'phone/auth': [{ ...toIdentify, ...called }, ['personalNumber', 'callInitiator']],
  'phone/sign': [{ ...toSign, ...called }, ['personalNumber', 'callInitiator', 'userVisibleData']],
};

/** The body of a start, when every field is within its limits; what else is in it is left alone. */
export function parseStart(path: StartPath, body: unknown): StartBody | undefined {
  const [rules, required] = forms[path];
  if (!isObject(body) || !fits(body, rules, required)) return undefined;
  return 'app' in body && 'web' in body ? undefined : (body as StartBody);
}

/** The order that is asked about. */
export function parseReference(body: unknown): string | undefined {
  return isObject(body) && typeof body['orderRef'] === 'string' ? body['orderRef'] : undefined;
}

function fits(
  body: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
  required: readonly string[],
) {
  const isThere = (name: string) => body[name] !== undefined;
  return required.every(isThere) && Object.entries(rules).every(([name, rule]) => !isThere(name) || rule(body[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
