import { describe, expect, it } from 'vitest';
import { readResult, readStart, toRequest } from './message.ts';

const settings = { mode: 'production', context: 'personal', contentType: 'application/json', timeoutMs: 1000 } as const;
const json = { 'content-type': 'application/json' };
const refused = '{"code":1002,"message":"…"}';

describe('a request', () => {
  it.each([
    ['production', 'personal', 'start', 'https://services.prod.frejaeid.com/authentication/1.0/initAuthentication'],
    ['test', 'personal', 'result', 'https://services.test.frejaeid.com/authentication/1.0/getOneResult'],
    ['test', 'personal', 'cancel', 'https://services.test.frejaeid.com/authentication/1.0/cancel'],
    ['test', 'organisation', 'start', 'https://services.test.frejaeid.com/organisation/authentication/1.0/init'],
    [
      'test',
      'organisation',
      'result',
      'https://services.test.frejaeid.com/organisation/authentication/1.0/getOneResult',
    ],
  ] as const)('in %s, for %s, to %s', (mode, context, call, url) => {
    expect(toRequest(call, {}, { ...settings, mode, context })).toMatchObject({ method: 'POST', url });
  });

  it('goes elsewhere where the settings say so', () => {
    expect(toRequest('cancel', {}, { ...settings, url: 'https://proxy.example/f' }).url).toBe(
      'https://proxy.example/f/authentication/1.0/cancel',
    );
  });

  it('is one line whose Base64 keeps its signs', () => {
    const { body } = toRequest('result', { authRef: '???>>>' }, { ...settings, relyingPartyId: 'rp+1' });
    expect(body).toBe('getOneAuthResultRequest=eyJhdXRoUmVmIjoiPz8/Pj4+In0=&relyingPartyId=rp+1');
  });
});

describe('an answer', () => {
  it.each([
    ['one status', 400, refused, { code: 1002 }],
    ['the other', 422, refused, { code: 1002 }],
    ['a status that has none', 500, refused, { http: 500 }],
    ['a status that says yes', 200, refused, { http: 200 }],
  ])('has its code read with %s', (_, status, body, said) => {
    expect(readStart({ status, headers: json, body })).toEqual(said);
  });

  it.each(['', 'null', '[]', '7', '{"authRef":""}', '{"authRef":null}', '{"authRef":["a"]}'])(
    'without a reference is none %#',
    (body) => {
      expect(readStart({ status: 200, headers: json, body })).toEqual({ http: 200 });
    },
  );

  it('may say nothing of what it is, and may not say that it is something else', () => {
    const body = '{"authRef":"a","status":"STARTED","more":{}}';
    const read = (headers: Record<string, string>) => readResult({ status: 200, headers, body });
    expect(read({})).toMatchObject({ content: { status: 'STARTED' } });
    expect(read({ 'content-type': 'application/json;charset=UTF-8' })).toHaveProperty('content');
    expect(read({ 'content-type': 'text/html' })).toEqual({ http: 200 });
    expect(read({ 'content-type': 'application/jsonp' })).toEqual({ http: 200 });
  });
});
