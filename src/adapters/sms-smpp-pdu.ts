/** The PDUs that are used here: SMPP 3.4 §5.1.2.1. */
export const commands = {
  genericNack: 0x80000000,
  submit: 0x00000004,
  deliver: 0x00000005,
  unbind: 0x00000006,
  bindTransceiver: 0x00000009,
  enquireLink: 0x00000015,
} as const;

/** Bit 31 tells an answer from a request. */
export const response = 0x80000000;

/** One protocol data unit: SMPP 3.4 §3.2. */
export interface Pdu {
  readonly command: number;
  /** 0 in requests, and when all is well. */
  readonly status: number;
  /** 1–0x7FFFFFFF; an answer repeats that of its request. */
  readonly sequence: number;
  readonly body: Uint8Array;
}

const headerBytes = 16;

/** The bytes of a PDU. */
export function encodePdu({ command, status, sequence, body }: Pdu): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(headerBytes + body.length, 0);
  header.writeUInt32BE(command, 4);
  header.writeUInt32BE(status, 8);
  header.writeUInt32BE(sequence, 12);
  return Buffer.concat([header, body]);
}

/**
 * Takes the bytes of a connection as they come, split or joined, and gives whole PDUs.
 *
 * Answers undefined when a length cannot be right: there is no finding the next PDU after that. Longest PDU, our choice: 64 kB.
 */
export function createPduReader(): (bytes: Uint8Array) => readonly Pdu[] | undefined {
  let waiting = Buffer.alloc(0);
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    const found: Pdu[] = [];
    while (waiting.length >= 4) {
      const length = waiting.readUInt32BE(0);
      if (length < headerBytes || length > 65_536) return undefined;
      if (waiting.length < length) break;
      found.push({
        command: waiting.readUInt32BE(4),
        status: waiting.readUInt32BE(8),
        sequence: waiting.readUInt32BE(12),
        body: Uint8Array.from(waiting.subarray(headerBytes, length)),
      });
      waiting = waiting.subarray(length);
    }
    return found;
  };
}

/** A C-octet string: SMPP 3.4 §3.1. What would end it early is left out. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text.replaceAll('\0', '')}\0`, 'latin1');
}

/** Reads the fields of a body one after the other; beyond its end everything is empty or zero. */
export function createFieldReader(body: Uint8Array) {
  const bytes = Buffer.from(body);
  let offset = 0;
  const take = (count: number) => {
    const taken = bytes.subarray(offset, offset + count);
    offset += count;
    return taken;
  };
  return {
    octet: () => take(1)[0] ?? 0,
    octets: (count: number) => take(count),
    text() {
      const end = bytes.indexOf(0, offset);
      const text = bytes.toString('latin1', offset, end < 0 ? bytes.length : end);
      offset = end < 0 ? bytes.length : end + 1;
      return text;
    },
    /** The optional parameters that are left: tag → value (SMPP 3.4 §5.3). */
    parameters(): ReadonlyMap<number, Buffer> {
      const found = new Map<number, Buffer>();
      while (offset + 4 <= bytes.length) {
        const tag = bytes.readUInt16BE(offset);
        const length = bytes.readUInt16BE(offset + 2);
        offset += 4;
        found.set(tag, take(length));
      }
      return found;
    },
  };
}

/** How an address is numbered: type of number, numbering plan, digits or name (SMPP 3.4 §5.2.5, 5.2.6). */
export function addressFields(address: string): Buffer {
  const [type, plan] = /^\+\d+$/.test(address) ? [1, 1] : /^\d+$/.test(address) ? [0, 1] : [5, 0];
  return Buffer.concat([Buffer.from([type, plan]), cString(address.replace(/^\+/, ''))]);
}

/** The body of bind_transceiver: SMPP 3.4 §4.1.5. */
export function bindBody({
  systemId,
  password,
  systemType,
}: Readonly<Record<'systemId' | 'password' | 'systemType', string>>) {
  const version = 0x34;
  return Buffer.concat([cString(systemId), cString(password), cString(systemType), Buffer.from([version, 0, 0, 0])]);
}

/** What one submit_sm carries. */
export interface Submission {
  /** A number with plus, digits, or a name. */
  readonly from: string;
  /** E.164. */
  readonly to: string;
  readonly alphabet: 'gsm' | 'ucs2';
  /** At most 254 bytes, with its header if it has one. */
  readonly content: Uint8Array;
  /** True when the content begins with a user data header (3GPP TS 23.040 §9.2.3.24). */
  readonly hasHeader: boolean;
  readonly wantsReceipt: boolean;
}

/** The body of submit_sm: SMPP 3.4 §4.4.1. GSM text goes as the message centre's own alphabet, one septet in each byte. */
export function submitBody({ from, to, alphabet, content, hasHeader, wantsReceipt }: Submission): Buffer {
  return Buffer.concat([
    cString(''),
    addressFields(from),
    addressFields(to),
    // esm_class, protocol_id, priority_flag; schedule_delivery_time, validity_period
    Buffer.from([hasHeader ? 0x40 : 0, 0, 0, 0, 0]),
    // registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id, sm_length
    Buffer.from([wantsReceipt ? 1 : 0, 0, alphabet === 'gsm' ? 0 : 8, 0, content.length]),
    content,
  ]);
}

/** The header of one of several parts: 3GPP TS 23.040 §9.2.3.24.1, with an 8-bit reference. */
export function concatenationHeader(reference: number, total: number, number: number): Buffer {
  return Buffer.from([5, 0, 3, reference, total, number]);
}
