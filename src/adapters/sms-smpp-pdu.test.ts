import { expect, it } from 'vitest';
import { bindBody, commands, createPduReader, encodePdu, submitBody } from './sms-smpp-pdu.ts';
import { parseSmppReceipt } from './sms-smpp-receipt.ts';
import { fromStatus } from './sms-smpp-status.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

it('writes a bind as other implementations do', () => {
  const body = bindBody({ systemId: 'test', password: 'secret', systemType: '' });
  expect(encodePdu({ command: commands.bindTransceiver, status: 0, sequence: 1, body }).toString('hex')).toBe(
    '000000210000000900000000000000017465737400736563726574000034000000',
  );
});

it.each([
  [
    2,
    'gsm',
    'Code 123456',
    true,
    '0000003a0000000400000000000000020005004d46410001013436373031373430363035000000000000010000000b436f646520313233343536',
  ],
  [
    3,
    'ucs2',
    'Kod é中',
    false,
    '0000003b0000000400000000000000030005004d46410001013436373031373430363035000000000000000008000c004b006f0064002000e94e2d',
  ],
] as const)(
  'writes a submit as other implementations do: %d %s',
  (sequence, alphabet, text, wantsReceipt, expected) => {
    const content = alphabet === 'gsm' ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf16le').swap16();
    const body = submitBody({ from: 'MFA', to: '+46701740605', alphabet, content, hasHeader: false, wantsReceipt });
    expect(encodePdu({ command: commands.submit, status: 0, sequence, body }).toString('hex')).toBe(expected);
  },
);

const answer = hex('0000001780000004000000000000000261626331323300');
const enquiry = hex('00000010000000150000000000000004');

it('reads PDUs however they are split and joined', () => {
  const expected = [
    { command: 0x80000004, status: 0, sequence: 2, body: Uint8Array.from(hex('61626331323300')) },
    { command: 0x15, status: 0, sequence: 4, body: new Uint8Array() },
  ];
  expect(createPduReader()(Buffer.concat([answer, enquiry]))).toEqual(expected);
  const read = createPduReader();
  expect([...Buffer.concat([answer, enquiry])].flatMap((byte) => read(Uint8Array.of(byte)))).toEqual(expected);
});

it.each(['0000000f80000004000000000000000261', '0001000180000004', 'ffffffff80000004'])(
  'gives up on the length of %s',
  (bytes) => {
    expect(createPduReader()(hex(bytes))).toBeUndefined();
  },
);

const receipt =
  '00010134363730313734303630350005004d4641000400000000000000006269643a616263313233207375623a30303120646c7672643a303031207375626d697420646174653a3236303130323033303420646f6e6520646174653a3236303130323033303520737461743a44454c49564244206572723a30303020746578743a001e0007616263313233000427000102';

it('reads a receipt, whose parameters win over its text', () => {
  expect(parseSmppReceipt(hex(receipt))).toEqual({ id: 'abc123', state: 'delivered' });
});

/** A deliver_sm with this esm_class and text. */
function delivered(text: string, kind = '04') {
  return hex(
    `00010100000000${kind}0000000000000000${text.length.toString(16).padStart(2, '0')}${Buffer.from(text).toString('hex')}`,
  );
}

it.each([
  ['id:9f submitdate:2601020304 stat:DELIVRD err:000', 'delivered'],
  ['ID:9f Stat:undeliv Err:001', 'failed'],
  ['id:9f stat:REJECTD', 'failed'],
  ['id:9f stat:EXPIRED', 'failed'],
  ['id:9f stat:DELETED', 'failed'],
  ['id:9f stat:ENROUTE', 'sent'],
  ['id:9f stat:ACCEPTD', 'sent'],
  ['id:9f stat:UNKNOWN', 'sent'],
])('reads a receipt that is text only: %s', (text, state) => {
  expect(parseSmppReceipt(delivered(text))).toEqual({ id: '9f', state });
});

it('takes neither a message from a telephone nor a torn receipt for one', () => {
  expect(parseSmppReceipt(delivered('id:9f stat:DELIVRD', '00'))).toBeUndefined();
  expect(parseSmppReceipt(delivered('id:9f stat:LOST'))).toBeUndefined();
  expect(parseSmppReceipt(hex(receipt.slice(0, 40)))).toBeUndefined();
  expect(parseSmppReceipt(new Uint8Array())).toBeUndefined();
});

it.each([
  [0x0b, 'invalid-recipient'],
  [0x0e, 'auth'],
  [0x14, 'throttled'],
  [0x58, 'throttled'],
  [0x08, 'unavailable'],
  [0x01, 'content'],
  [0x45, 'other'],
  [0x400, 'other'],
])('takes the status %d as %s', (status, reason) => {
  expect(fromStatus(status)).toMatchObject({ outcome: 'refused', reason });
});
