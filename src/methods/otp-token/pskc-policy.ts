import { Problem } from '../../core/problem.ts';
import { childrenOf, type XmlElement } from '../../core/xml-tree.ts';
import { pskcSpace } from './pskc-words.ts';
import { parseDateTime } from './xml-date.ts';

const known = ['StartDate', 'ExpiryDate', 'PINPolicy', 'KeyUsage', 'NumberOfTransactions'];

/**
 * What is odd about the time and the use a key is meant for (RFC 6030 §4.3.1, §5). Nothing of it is enforced later.
 *
 * @throws Problem 'property-invalid' when the key is for another use, or its policy is not understood and thus forbids any
 */
export function readPolicy(
  key: XmlElement,
  device: XmlElement | undefined,
  now: number | undefined,
): readonly string[] {
  const policies = childrenOf(key, pskcSpace, 'Policy');
  const rules = policies.flatMap(({ children }) => children);
  if (rules.some(({ space, name }) => space !== pskcSpace || !known.includes(name))) {
    throw new Problem(
      'property-invalid',
      'the Policy has an element that is not known here, so the key must not be used (RFC 6030 §5)',
    );
  }
  const uses = rules.filter(({ name }) => name === 'KeyUsage').map(({ text }) => text.trim());
  if (uses.length > 0 && !uses.includes('OTP'))
    throw new Problem('property-invalid', 'the Policy does not let the key be used for one-time codes');
  const modes = rules
    .filter(({ name }) => name === 'PINPolicy')
    .map(({ attributes }) => attributes['PINUsageMode'] ?? 'Local');
  if (modes.some((mode) => mode !== 'Local'))
    throw new Problem('property-invalid', 'the Policy makes the PIN a part of the code, which is not known here');
  return [
    ...(rules.some(({ name }) => name === 'NumberOfTransactions') ? ['NumberOfTransactions is not enforced'] : []),
    ...(now === undefined ? [] : datesOf([...policies, ...(device === undefined ? [] : [device])], now)),
  ];
}

function datesOf(elements: readonly XmlElement[], now: number): readonly string[] {
  const dates = (name: string) =>
    elements.flatMap((element) => childrenOf(element, pskcSpace, name)).map(({ text }) => parseDateTime(text));
  const [starts, ends] = [dates('StartDate'), dates('ExpiryDate')];
  return [
    ...([...starts, ...ends].includes(undefined) ? ['a date could not be read; it was ignored'] : []),
    ...(starts.some((at) => at !== undefined && at > now) ? ['the token is not to be used yet (StartDate)'] : []),
    ...(ends.some((at) => at !== undefined && at <= now) ? ['the token has expired (ExpiryDate)'] : []),
  ];
}
