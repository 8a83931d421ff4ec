import { expect, it } from 'vitest';
import { presets, steps } from '../compose.ts';
import { bind } from '../core/bind.ts';
import { problems } from '../core/problem.ts';
import { describeApi } from './openapi.ts';

const { operations } = bind(presets, steps);
const schemes = { basic: true, bearer: false, certificate: true };
const document = describeApi({ version: '1.2.3', operations: operations.values(), schemes });
const put = (name: string) => document.paths[`/api/authentication/${name}`]?.put;

it('describes every operation, and nothing but PUT', () => {
  expect(Object.keys(document.paths).sort()).toEqual(
    Object.keys(presets)
      .map((name) => `/api/authentication/${name}`)
      .sort(),
  );
  for (const path of Object.values(document.paths)) expect(Object.keys(path)).toEqual(['put']);
});

// HTTP API reference 3.3: both properties are mandatory, and there is no body in the answer.
it('says what is asked of the caller and what is answered', () => {
  const { requestBody, responses } = put('otp_token_auth') ?? {};
  const schema = requestBody?.content['application/json'].schema;
  expect(requestBody?.required).toBe(true);
  expect(schema?.required).toEqual(['username', 'otp']);
  expect(schema?.properties).toMatchObject({ username: { type: 'string' }, otp: { description: /./ } });
  expect(schema?.additionalProperties).toEqual({ type: 'string' });
  expect(responses?.['200']).toEqual({ description: 'Yes. There is no body.' });
});

it('names the properties of an answer that has some', () => {
  const success = put('token_enroll')?.responses['200'];
  const properties = { tokenid: { type: 'string' }, secret: {}, otpauth: {} };
  expect(success).toMatchObject({ content: { 'application/json': { schema: { properties } } } });
});

it('knows every status that a problem has, but those of another address or method', () => {
  const all = new Set(Object.values(problems).map(({ status }) => String(status)));
  const described = Object.keys(put('otp_token_auth')?.responses ?? {});
  expect(described.sort()).toEqual([...all, '200'].filter((status) => status !== '404' && status !== '405').sort());
  expect(Object.keys(document.components.responses).sort()).toEqual(described.filter((status) => status !== '200'));
});

it('offers the ways of proving oneself that are used, and none at all', () => {
  expect(document.components.securitySchemes).toEqual({
    basic: { type: 'http', scheme: 'basic' },
    certificate: { type: 'mutualTLS' },
  });
  expect(document.security).toEqual([{}, { basic: [] }, { certificate: [] }]);
});

it('refers to nothing that is not there', () => {
  const references = JSON.stringify(document).match(/(?<="\$ref":")[^"]+/g) ?? [];
  expect(references.length).toBeGreaterThan(0);
  for (const reference of new Set(references)) {
    const found = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], document);
    expect([reference, typeof found]).toEqual([reference, 'object']);
  }
});
