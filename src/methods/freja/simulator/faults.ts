import type { OwnFault } from '../../../simulator-kit/simulator.ts';
import { errorCodes } from './errors.ts';

const onResults: OwnFault['on'] = ({ path }) => path.endsWith('/getOneResult');
const onStarts: OwnFault['on'] = ({ path }) => path.endsWith('/initAuthentication') || path.endsWith('/init');

const results = {
  'unknown-status': 'The status is a word that nobody knows',
  'no-status': 'There is no status',
  'status-number': 'The status is a number',
  'other-reference': 'The answer is about another authentication',
  'no-details': 'Approved, without the signed details',
  'details-garbage': 'Approved, and the details are nothing that could be signed',
  'wrong-key': 'Signed with another key than that of the certificate it names',
  'unknown-signer': 'Signed with a certificate that nobody has',
  'no-signer': 'The signature names no certificate',
  'algorithm-none': 'Not signed, and says so',
  'algorithm-hs256': 'Signed with the certificate as a shared secret',
  'changed-payload': 'Changed after it was signed',
  'payload-not-json': 'What is signed is not JSON',
  'swapped-details': 'What is signed is about another authentication',
  'payload-not-approved': 'What is signed says that the person declined',
  'lower-level': 'What is signed has a lower level',
  'wrong-person': 'What is signed is about another person',
  'wrong-type': 'What is signed was asked for by something else',
  'old-timestamp': 'Signed an hour ago',
  'future-timestamp': 'Signed in an hour',
  'attributes-differ': 'The unsigned copy names another person than what is signed',
} as const;

const starts = {
  'no-reference': 'The start is answered without a reference',
  'reference-number': 'The reference is a number',
} as const;

function toFaults(
  table: Readonly<Record<string, string>>,
  on: NonNullable<OwnFault['on']>,
): readonly (readonly [string, OwnFault])[] {
  return Object.entries(table).map(([name, summary]) => [name, { summary, on }]);
}

/** What can go wrong on purpose, beside the transport: words, signatures, references, and every error code as `code-<n>`. */
export const frejaFaults: Readonly<Record<string, OwnFault>> = Object.fromEntries([
  ...toFaults(results, onResults),
  ...toFaults(starts, onStarts),
  ...Object.entries(errorCodes).map(
    ([code, sense]) => [`code-${code}`, { summary: `Error code ${code}: ${sense}` }] as const,
  ),
  ['code-unknown', { summary: 'An error code that nobody knows' }] as const,
  ['code-missing', { summary: 'An error without a code' }] as const,
]);

/** The error code that a fault stands for; undefined for other faults. */
export function codeOf(fault: string | undefined): number | undefined {
  if (fault === 'code-unknown') return 9999;
  const code = /^code-(\d+)$/.exec(fault ?? '')?.[1];
  return code === undefined ? undefined : Number(code);
}
