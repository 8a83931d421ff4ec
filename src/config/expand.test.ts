import { expect, it } from 'vitest';
import { faultsOf, load, sound } from './trial.ts';

const named = (name: string) => sound.replace('t1: {', () => `t1: { name: ${JSON.stringify(name)},`);

function nameOf(text: string, env: Record<string, string>, files: Record<string, string> = {}): string | undefined {
  return load({ 'main.yaml': named(text), ...files }, { env }).config.tenants['t1']?.name;
}

it('puts variables and files into any text, once', () => {
  const env = { A: 'a', B: '${env:A}', EMPTY: '' };
  expect(nameOf('<${env:A}${env:B}>', env)).toBe('<a${env:A}>');
  expect(nameOf('${env:NONE:-x:-y} ${env:EMPTY:-z}', env)).toBe('x:-y z');
  expect(nameOf('${file:secrets/name}!', {}, { 'secrets/name': 'anna\r\n\n' })).toBe('anna\r\n!');
});

it('leaves what is filled in for each request', () => {
  expect(nameOf('${input.username} $${x} ${', {})).toBe('${input.username} $${x} ${');
});

it('names the variable or file that is not there, and says nothing else of that setting', () => {
  expect(faultsOf(sound.replace('port: 0', 'port: "${env:PORT}"'))).toEqual([
    'main.yaml:2:11: listen.port: the environment variable PORT is not set',
  ]);
  expect(faultsOf(`data: \${file:gone}${sound}`)).toEqual([
    'main.yaml:1:1: data: cannot read the file gone: it does not exist',
  ]);
});

it.each([
  ['${env:A', '"${env:" has no "}"'],
  ['${env:a-b}', 'an expansion is written ${env:NAME} or ${env:NAME:-default}'],
  ['${env:constructor}', 'the environment variable constructor is not set'],
  ['${file:}', 'an expansion is written ${file:path}'],
  ['${file:big}', 'cannot read the file big: it is larger than 65536 bytes'],
  ['${file:${env:A}}', 'an expansion may not stand inside another'],
])('refuses %s', (text, message) => {
  const files = { 'main.yaml': `data: ${text}${sound}`, big: 'x'.repeat(65_537) };
  expect(faultsOf(files, { env: { A: 'a' } })).toEqual([`main.yaml:1:1: data: ${message}`]);
});

it('reads a number or a boolean where the schema wants one, and text where it wants text', () => {
  const text = `demo: \${env:YES}\ndata: \${env:PORT}${sound.replace('port: 0', 'port: "${env:PORT}"').replace('open: true', 'open: "${env:YES}"')}`;
  const { config } = load(text, { env: { YES: 'true', PORT: '8443' } });
  expect(config).toMatchObject({ demo: true, data: '8443', listen: { port: 8443 } });
});

it('refuses a port that is no plain number', () => {
  for (const value of ['0x50', '1e3', ' 80', '80 ', '', 'true', 'Infinity', '9'.repeat(400)]) {
    const faults = faultsOf(sound.replace('port: 0', 'port: "${env:PORT}"'), { env: { PORT: value } });
    expect(faults).toEqual(['main.yaml:2:11: listen.port: must be a number']);
  }
});

it('never shows what was put in', () => {
  const secret = 'hunter-two';
  const text = `demo: \${env:S}\nlog: { level: "\${env:S}" }\ndata: [ "\${env:S}" ]
realms: { default: { directories: [{ type: "\${env:S}", people: { a: { tokens: [{ type: totp, id: a, secret: "\${env:S}" }] } } }] } }
tenants: { t1: { realm: "\${env:S}", operations: "\${env:S}", callers: [{ bearer: { jwks: "\${env:S}" } }, { "basic": "\${env:S}" }] } }`;
  const faults = faultsOf(text, { env: { S: secret } });
  expect(faults.length).toBeGreaterThan(8);
  expect(faults.join('\n')).not.toContain(secret);
  expect(faults).toContain('main.yaml:5:18: tenants.t1.realm: there is no realm "${env:S}"');
});

it('refuses to put a template into a step', () => {
  const text = `${sound}operations: { o: { summary: s, steps: [{ step: x, text: "\${env:S}" }] } }`;
  expect(faultsOf(text, { env: { S: 'a ${input.b}' } })).toEqual([
    expect.stringMatching(
      /^main\.yaml:5:51: operations\.o\.steps\[0\]\.text: what \$\{env:S\} stands for holds "\$\{"/,
    ),
  ]);
});
