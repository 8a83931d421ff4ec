import type { XmlElement } from '../../core/xml-tree.ts';
import { only, textElement } from './soap.ts';

/** Namespace of the interface; with the name of an operation it is the SOAP action. Vendor’s WSDL of the service NetiDAccessServer. */
export const niasSpace = 'http://netid.secmaker.com/nias/';

/** Operations of the interface that are used. */
export type NiasOperation = 'Register' | 'Authenticate' | 'Collect';

/** What Collect says. Every element is optional in the WSDL; one that is absent, nil or blank is not in here. */
export interface CollectResult {
  readonly progressStatus?: string;
  readonly requestedUserId?: string;
  readonly signature?: string;
  readonly ocspResponse?: string;
  readonly userInfo: Readonly<Partial<Record<UserField, string>>>;
  readonly deviceInfo: Readonly<Partial<Record<DeviceField, string>>>;
}

const resultFields = ['progressStatus', 'requestedUserId', 'signature', 'ocspResponse'] as const;
const userFields = [
  'name',
  'personalNumber',
  'userUniqueName',
  'userId',
  'notBefore',
  'notAfter',
  'givenName',
  'surname',
  'certificate',
] as const;
const deviceFields = ['name', 'version', 'address'] as const;

type UserField = (typeof userFields)[number];
type DeviceField = (typeof deviceFields)[number];

/** A request: its parameters in the order given, which must be that of the WSDL. Those without a value are left out. */
export function request(operation: NiasOperation, parameters: Readonly<Record<string, string | undefined>>): string {
  const elements = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [textElement(name, value)],
  );
  return `<${operation} xmlns="${niasSpace}">${elements.join('')}</${operation}>`;
}

/** What is in `<operation>Response`; undefined when that is not what came. */
export function resultOf(operation: NiasOperation, content: XmlElement): XmlElement | undefined {
  const isResponse = content.space === niasSpace && content.name === `${operation}Response`;
  return isResponse ? only(content, niasSpace, `${operation}Result`) : undefined;
}

/** The order reference in the result of Authenticate; undefined for one that nobody could collect by. */
export function readOrderRef(result: XmlElement): string | undefined {
  const ref = textOf(result);
  return ref === undefined || ref.length > 1000 ? undefined : ref;
}

/** Reads the result of Collect; undefined when an element is there twice, or holds elements where text belongs. */
export function readCollected(result: XmlElement): CollectResult | undefined {
  const fields = readTexts(result, resultFields);
  const user = readTexts(only(result, niasSpace, 'userInfo'), userFields);
  const device = readTexts(only(result, niasSpace, 'deviceInfo'), deviceFields);
  const groups = ['userInfo', 'deviceInfo'].map((name) => countOf(result, name));
  if (fields === undefined || user === undefined || device === undefined) return undefined;
  return groups.some((count) => count > 1) ? undefined : { ...fields, userInfo: user, deviceInfo: device };
}

type Texts<Name extends string> = { readonly [name in Name]?: string };

function readTexts<Name extends string>(
  parent: XmlElement | undefined,
  names: readonly Name[],
): Texts<Name> | undefined {
  const found: { [name in Name]?: string } = {};
  for (const name of names) {
    if (countOf(parent, name) > 1) return undefined;
    const element = only(parent, niasSpace, name);
    if (element !== undefined && element.children.length > 0) return undefined;
    const text = element === undefined ? undefined : textOf(element);
    if (text !== undefined) found[name] = text;
  }
  return found;
}

function countOf(parent: XmlElement | undefined, name: string): number {
  return parent?.children.filter((child) => child.space === niasSpace && child.name === name).length ?? 0;
}

/** Its text without blanks around it; undefined for none, so that an empty element and one that is nil are as one that is absent. */
function textOf({ text, children }: XmlElement): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' || children.length > 0 ? undefined : trimmed;
}
