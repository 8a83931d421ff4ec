import { expect, it } from 'vitest';
import { rfcSeeds } from '../support/oath.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

// RFC 4226 appendix D: codes of the counters from nought.
const hotpTable = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ');

// RFC 6238 appendix B, with the seeds of errata 2866: seconds since 1970, and the code with each hash function.
const totpTable = [
  [59, '94287082', '46119246', '90693936'],
  [1111111109, '07081804', '68084774', '25091201'],
  [1111111111, '14050471', '67062674', '99943326'],
  [1234567890, '89005924', '91819424', '93441116'],
  [2000000000, '69279037', '90698825', '38618901'],
  [20000000000, '65353130', '77737706', '47863826'],
] as const;

it('accepts every code of RFC 4226 appendix D in turn', async () => {
  const { put } = await startTestServer(simpleConfig({ alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) }));
  for (const otp of hotpTable) {
    expect(await put('otp_token_auth', { username: 'alovelace', otp })).toMatchObject({ status: 200 });
    expect(await put('otp_token_auth', { username: 'alovelace', otp })).toMatchObject({ status: 403 });
  }
});

it.each([
  ['SHA1', 1],
  ['SHA256', 2],
  ['SHA512', 3],
] as const)('accepts every code of RFC 6238 appendix B with %s at its time', async (algorithm, column) => {
  const token = { type: 'totp', id: 'totp-1', algorithm, digits: 8, secret: rfcSeeds[algorithm] };
  const { put, clock } = await startTestServer(simpleConfig({ wgretzky: personWith(token) }), { at: 0 });
  for (const row of totpTable) {
    clock.set(row[0] * 1000);
    expect(await put('otp_token_auth', { username: 'wgretzky', otp: row[column] })).toMatchObject({ status: 200 });
    expect(await put('otp_token_auth', { username: 'wgretzky', otp: row[column] })).toMatchObject({ status: 403 });
  }
});
