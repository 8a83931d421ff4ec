/** Freja's error codes, by number (the vendor's open-source client); the senses are in our words. */
export const errorCodes = {
  0: 'internal',
  1000: 'parameters invalid',
  1001: 'userInfoType invalid',
  1002: 'userInfo invalid',
  1003: 'restriction invalid',
  1004: 'this relying party may not call this',
  1005: 'the person has blocked this relying party',
  1006: 'confidentiality invalid',
  1007: 'level of registration invalid',
  1008: 'relying party unknown',
  1009: 'integrator-specific user id not allowed',
  1010: 'JSON not readable',
  1011: 'relyingPartyId invalid',
  1012: 'no such person',
  1013: 'custodianship not allowed',
  1100: 'reference invalid or expired',
  1200: 'includePrevious invalid',
  2000: 'refused, and the earlier one dropped',
  2002: 'attributesToReturn invalid',
  2003: 'custom identifier must exist',
  3000: 'signing: type of data',
  3001: 'signing: data',
  3002: 'signing: type of signature',
  3003: 'signing: expiry',
  3004: 'signing: push',
  3005: 'signing: attributes',
  3006: 'signing: custom identifier',
  3007: 'signing: title',
  4000: 'organisation id: missing',
  4001: 'organisation id: does not exist',
  4002: 'organisation id: already used',
  4003: 'organisation id: expiry',
  4004: 'organisation id: title',
  4005: 'organisation id: name of the identifier',
  5000: 'custom identifier missing or invalid',
  5001: 'nobody has this custom identifier',
  5002: 'custom identifier already used',
} as const;

/** A key of the table above. */
export type ErrorCode = keyof typeof errorCodes;

/** An answer with an error code. */
export class FrejaError extends Error {
  readonly code: number;

  constructor(code: ErrorCode) {
    super(errorCodes[code]);
    this.code = code;
  }
}

/** 400 for what is wrong with a request, 422 for what is wrong with the moment. Which is which is not documented; this is our choice. */
export function statusOf(code: number): 400 | 422 {
  return code >= 1000 && code <= 1011 ? 400 : 422;
}
