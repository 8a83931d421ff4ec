import { describe, expect, it } from 'vitest';
import { parsePostgresAddress } from './postgres-address.ts';

describe('the address of a PostgreSQL', () => {
  it('is read with everything in it, percent-decoded', () => {
    expect(
      parsePostgresAddress('postgres://port%20vakt:p%40ss@127.0.0.1:5433/my%2Fbase?options=-csearch_path%3Da'),
    ).toEqual({
      host: '127.0.0.1',
      port: 5433,
      user: 'port vakt',
      password: 'p@ss',
      database: 'my/base',
      ssl: false,
      options: '-csearch_path=a',
    });
  });

  it('may be that of a socket', () => {
    const { host, ssl } = parsePostgresAddress('postgres://portvakt@/portvakt?host=/run/postgresql');
    expect({ host, ssl }).toEqual({ host: '/run/postgresql', ssl: false });
  });

  it('means TLS with a checked certificate for any other machine, unless it says otherwise', () => {
    expect(parsePostgresAddress('postgres://u@db.example.org/d').ssl).toEqual({ rejectUnauthorized: true });
    expect(parsePostgresAddress('postgres://u@db.example.org/d?sslmode=disable').ssl).toBe(false);
    expect(parsePostgresAddress('postgres://u@127.0.0.1/d?sslmode=verify-full').ssl).toEqual({
      rejectUnauthorized: true,
    });
  });

  it.each(['sslmode=require', 'sslmode=prefer', 'sslmode=no-verify', 'ssl=true', 'uselibpqcompat=true'])(
    'refuses %s, which would encrypt without checking, or is not known',
    (parameter) => {
      expect(() => parsePostgresAddress(`postgres://u@db.example.org/d?${parameter}`)).toThrow();
    },
  );

  it.each([
    'mysql://u:hidden@h/d',
    'postgres://u:hidden@h',
    'postgres://:hidden@h/d',
    'postgres://u:hidden@h:x/d',
    'hidden',
  ])('is refused when it is none, in words that do not repeat it', (text) => {
    const told = () => {
      try {
        return parsePostgresAddress(text);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(told()).toEqual(expect.any(String));
    expect(told()).not.toContain('hidden');
  });
});
