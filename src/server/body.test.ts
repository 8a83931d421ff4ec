import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBody } from './body.ts';

const parse = (text: string) => parseBody(Buffer.from(text));
const key = fc.string({ unit: 'grapheme' });
const flat = fc.dictionary(key, key);

describe('a flat object of strings', () => {
  it('is what it says, whatever the strings are', () => {
    fc.assert(
      fc.property(flat, fc.constantFrom(0, 1, '\t'), (object, indent) => {
        expect({ ...parse(JSON.stringify(object, undefined, indent)) }).toEqual({ ...object });
      }),
    );
  });

  it('has no prototype, nor anything that was not sent', () => {
    const input = parse('{"constructor":"x","__proto__":"y"}');
    expect(Object.getPrototypeOf(input)).toBeNull();
    expect(Object.entries(input)).toEqual(Object.entries({ constructor: 'x', ['__proto__']: 'y' }));
    expect(input['toString']).toBeUndefined();
    expect(({} as Record<string, unknown>)['y']).toBeUndefined();
  });

  it('is empty where there is no body', () => {
    expect([parseBody(undefined), parse('')]).toEqual([Object.create(null), Object.create(null)]);
  });

  it.each(['{"a":"\\\\"}', '{"a":"\\\\\\""}', '{"\\"":"\\"\\\\\\""}', '{"a":"{\\"b\\":\\"c\\"}"}'])(
    'may have quotes and backslashes in it: %s',
    (text) => {
      expect({ ...parse(text) }).toEqual(JSON.parse(text));
    },
  );
});

describe('anything else', () => {
  it.each([
    ['null', 'it is not an object'],
    ['[]', 'it is not an object'],
    ['"a"', 'it is not an object'],
    ['5', 'it is not an object'],
    ['{', 'it is not JSON'],
    ["{'a':'b'}", 'it is not JSON'],
    ['{"a":"b"} {}', 'it is not JSON'],
    ['\ufeff{}', 'it is not JSON'],
    [' ', 'it is not JSON'],
    ['{"a":"b","a":"c"}', 'a property is there twice'],
    ['{"a":"b","a":"b"}', 'a property is there twice'],
    ['{"a":"b","\\u0061":"c"}', 'a property is there twice'],
    ['{"__proto__":"b","__proto__":"c"}', 'a property is there twice'],
    ['{"\\"":"b","\\u0022":"c"}', 'a property is there twice'],
  ])('is refused as malformed: %s', (text, detail) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'body-malformed', detail }));
  });

  it.each(['1', 'null', 'true', '{}', '[]', '["x"]'])('is refused by the name of the property: %s', (value) => {
    const fault = expect.objectContaining({ code: 'property-invalid', property: 'b', detail: 'must be a string' });
    expect(() => parse(`{"a":"x","b":${value}}`)).toThrow(fault);
  });

  it('is refused when half of a character is missing', () => {
    const fault = expect.objectContaining({ code: 'property-invalid', detail: 'must be well-formed Unicode' });
    expect(() => parse('{"a":"\\ud800"}')).toThrow(fault);
    expect(() => parse('{"\\udc00":"x"}')).toThrow(fault);
  });

  it('is refused when it is not UTF-8', () => {
    const bytes = Buffer.from('{"a":"\xff"}', 'latin1');
    expect(() => parseBody(bytes)).toThrow(expect.objectContaining({ detail: 'it is not UTF-8' }));
  });

  it('is refused, or is flat and the same as JSON says, whatever bytes it is', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.json().map((json) => `{"a":${json},"b":${json}}`),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          expect({ ...parse(written) }).toEqual(written === '' ? {} : JSON.parse(written));
        } catch (error) {
          expect(['body-malformed', 'property-invalid']).toContain((error as { code?: string }).code);
        }
      }),
    );
  });

  it('is never repeated in what is told of it', () => {
    for (const text of ['{"otp":"918273"', '{"otp":918273}', '{"otp":"918273","otp":"1"}']) {
      try {
        parse(text);
        expect.unreachable();
      } catch (error) {
        expect(`${error} ${(error as Error).cause}`).not.toContain('918273');
      }
    }
  });
});
