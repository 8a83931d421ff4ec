import { describe, expect, it } from 'vitest';
import { defineEvent } from '../core/event.ts';
import { toCef } from './event-text.ts';

const fields = {
  at: 1,
  seq: 2,
  severity: 5,
  trace: 'abc',
  address: '192.0.2.1',
  tenant: 't1',
  user: 'wgretzky',
  operation: 'sign-in.nias',
  reason: 'a=b\\c\nd',
  subject: 'one|two=three',
};
const types = new Map(
  ['WEB_100011', 'otp-token.refused'].map((name) => [name, defineEvent({ name, summary: 'A|B', severity: 5 })]),
);

describe('the keys of an event as CEF', () => {
  it('of a sign-in page has the documented keys', () => {
    expect(toCef({ ...fields, event: 'WEB_100011' }, types, '1.0.0')).toBe(
      'CEF:0|Portvakt|Portvakt|1.0.0|WEB_100011|A\\|B|5|rt=1 externalId=2 src=192.0.2.1 destinationServiceName=sign-in.nias traceID=abc ' +
        'suser=wgretzky msg=a\\=b\\\\c\u{fffd}d cs1Label=customerIdentifier cs1=one|two\\=three cs2Label=tenant cs2=t1',
    );
  });

  it('of any other has those of the CEF dictionary', () => {
    expect(toCef({ ...fields, event: 'otp-token.refused' }, types, '1.0.0')).toBe(
      'CEF:0|Portvakt|Portvakt|1.0.0|otp-token.refused|A\\|B|5|rt=1 externalId=2 src=192.0.2.1 destinationServiceName=sign-in.nias ' +
        'duser=wgretzky reason=a\\=b\\\\c\u{fffd}d cs1Label=trace cs1=abc cs2Label=tenant cs2=t1 cs5Label=subject cs5=one|two\\=three',
    );
  });
});
