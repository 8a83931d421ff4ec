import { publicDecrypt, verify, X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { OCSPResponse } from '@peculiar/asn1-ocsp';
import { AsnConvert } from '@peculiar/asn1-schema';
import { type Client, ClientSSLSecurity, createClientAsync } from 'soap';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { testPeople } from '../../../simulator-kit/people.ts';
import { createNetIdSimulator, type NetIdSimulator, type NetIdSimulatorOptions } from './simulator.ts';

const [astrid, marta] = testPeople;

interface UserInfo {
  readonly [name: string]: string | undefined;
}
interface Collected {
  readonly progressStatus?: string;
  readonly requestedUserId?: string;
  readonly signature?: string;
  readonly ocspResponse?: string;
  readonly userInfo?: UserInfo;
  readonly deviceInfo?: UserInfo;
}

async function started(options: NetIdSimulatorOptions = {}) {
  const simulator = await createNetIdSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}

/** A client made from the service description by a library that knows nothing of this server. */
async function independent(simulator: NetIdSimulator, version: '1.1' | '1.2' = '1.1') {
  const { certificatePem: cert, keyPem: key } = await simulator.issueClient('CN=Independent');
  const httpsAgent = new Agent({ ca: simulator.ca, cert, key });
  onTestFinished(() => httpsAgent.destroy());
  const client = await createClientAsync(`${simulator.serviceUrl}?wsdl`, {
    wsdl_options: { httpsAgent },
    forceSoap12Headers: version === '1.2',
  });
  client.setSecurity(new ClientSSLSecurity(Buffer.from(key), Buffer.from(cert), [Buffer.from(simulator.ca)], {}));
  return { client, ...operationsOf(client) };
}

function operationsOf(client: Client) {
  const ask = async (operation: string, parameters: object) => {
    const [answer] = (await client[`${operation}Async`](parameters)) as [Record<string, unknown>];
    return answer[`${operation}Result`];
  };
  return {
    register: (given: object) => ask('Register', given) as Promise<Record<string, UserInfo>>,
    authenticate: (given: object) => ask('Authenticate', given) as Promise<string>,
    sign: (given: object) => ask('Sign', given) as Promise<string>,
    collect: (orderRef: string) => ask('Collect', { orderRef }) as Promise<Collected>,
  };
}

/** What the library makes of a fault. */
function fault(text: string) {
  return expect.objectContaining({ message: expect.stringContaining(text) });
}

describe.each(['1.1', '1.2'] as const)('a client generated from the description, with SOAP %s', (version) => {
  it('is told each state on the way, and all of the person at its end', async () => {
    const simulator = await started();
    const { authenticate, collect, client } = await independent(simulator, version);
    const ref = await authenticate({ personalNumber: astrid.personalNumber });
    const seen = [];
    for (const _ of ['', '', '']) {
      seen.push((await collect(ref)).progressStatus);
      if (seen.length < 3) await simulator.act('next', ref);
    }
    expect(seen).toEqual(['OUTSTANDING_TRANSACTION', 'STARTED', 'USER_SIGN']);
    await simulator.act('approve', ref);
    const { certificate = '', ...userInfo } = (await collect(ref)).userInfo ?? {};
    expect(userInfo).toMatchObject({
      personalNumber: astrid.personalNumber,
      userId: astrid.hsaId,
      userUniqueName: astrid.upn,
      name: 'Astrid Öberg',
      thumbprint: new X509Certificate(Buffer.from(certificate, 'base64')).fingerprint.replaceAll(':', ''),
    });
    expect(client.lastRequest).toContain(
      version === '1.1' ? 'schemas.xmlsoap.org/soap/envelope' : 'www.w3.org/2003/05/soap-envelope',
    );
    expect(await collect(ref)).toMatchObject({ progressStatus: 'ALREADY_COLLECTED' });
  });

  it('is told why there is no order', async () => {
    const { authenticate } = await independent(await started({ secondOrder: 'refused' }), version);
    await expect(authenticate({ personalNumber: 'nobody' })).rejects.toEqual(fault('UNKNOWN_USER'));
    await expect(authenticate({})).rejects.toEqual(fault('INVALID_PARAMETERS'));
    await authenticate({ personalNumber: marta.hsaId });
    await expect(authenticate({ personalNumber: marta.upn })).rejects.toEqual(fault('ALREADY_IN_PROGRESS'));
  });

  it('is told of failures as faults where the server is set so', async () => {
    const simulator = await started({ failures: 'faults' });
    const { authenticate, collect } = await independent(simulator, version);
    const ref = await authenticate({ personalNumber: astrid.personalNumber });
    await simulator.act('cancel', ref);
    await expect(collect(ref)).rejects.toEqual(fault('USER_CANCEL'));
    await expect(collect('somebody else’s')).rejects.toEqual(fault('INVALID_PARAMETERS'));
  });
});

describe('an order', () => {
  it('for nobody in particular is taken by whoever starts the app', async () => {
    const simulator = await started();
    const { authenticate, collect } = await independent(simulator);
    const ref = await authenticate({ personalNumber: '' });
    await expect(simulator.act('approve', ref)).rejects.toThrow('choose a person');
    await simulator.act('approve', ref, { person: marta.personalNumber });
    expect((await collect(ref)).userInfo).toMatchObject({ personalNumber: marta.personalNumber });
  });

  it('of a person is approved by nobody else', async () => {
    const simulator = await started();
    const { authenticate } = await independent(simulator);
    const ref = await authenticate({ personalNumber: astrid.personalNumber });
    const approve = simulator.act('approve', ref, { person: marta.personalNumber });
    await expect(approve).rejects.toThrow('for somebody else');
  });

  it('ends when the next one of the person comes, and when its time is over', async () => {
    const simulator = await started({ lifetimeSeconds: 60 });
    const { authenticate, collect } = await independent(simulator);
    const first = await authenticate({ personalNumber: astrid.personalNumber });
    const second = await authenticate({ personalNumber: astrid.personalNumber });
    expect(await collect(first)).toMatchObject({ progressStatus: 'CANCELLED' });
    simulator.clock.advance(60);
    expect(await collect(second)).toMatchObject({ progressStatus: 'EXPIRED_TRANSACTION' });
  });

  it('comes too soon after another', async () => {
    const simulator = await started({ blockSeconds: 30 });
    const { authenticate } = await independent(simulator);
    await authenticate({ personalNumber: astrid.personalNumber });
    await expect(authenticate({ personalNumber: astrid.personalNumber })).rejects.toEqual(fault('USER_BLOCKED'));
    simulator.clock.advance(30);
    expect(await authenticate({ personalNumber: astrid.personalNumber })).toBeTypeOf('string');
  });

  it('belongs to the caller that placed it', async () => {
    const simulator = await started();
    const ref = await (await independent(simulator)).authenticate({ personalNumber: astrid.personalNumber });
    expect(await (await independent(simulator)).collect(ref)).toMatchObject({ progressStatus: 'INVALID_PARAMETERS' });
  });
});

describe('a result', () => {
  const digest = Buffer.alloc(32, 7).toString('base64');

  async function signed(format: string | undefined, given: object) {
    const simulator = await started();
    const { register, sign, collect } = await independent(simulator);
    if (format !== undefined) await register({ name: 'Shop', format });
    const ref = await sign({ personalNumber: astrid.personalNumber, ...given });
    await simulator.act('approve', ref);
    const { signature = '', ocspResponse = '', userInfo } = await collect(ref);
    const { publicKey } = new X509Certificate(Buffer.from(userInfo?.['certificate'] ?? '', 'base64'));
    return { simulator, publicKey, signature: Buffer.from(signature, 'base64'), ocspResponse };
  }

  it('has a signature over the text that was shown', async () => {
    const text = Buffer.from('Sign här');
    const { simulator, publicKey, signature } = await signed(undefined, { userVisibleData: text.toString('base64') });
    expect(simulator.orders()[0]?.details).toMatchObject({ Text: 'Sign här', 'Asked by': 'Company ANY' });
    expect(signature.includes(text)).toBe(true);
    // The signature stands last in CMS SignedData without unsigned attributes.
    expect(verify('sha256', text, publicKey, signature.subarray(-256))).toBe(true);
  });

  it('has the bare signature of a digest where the caller has registered so', async () => {
    const { publicKey, signature, simulator } = await signed('raw-256', { userNonVisibleData: digest });
    expect(publicDecrypt(publicKey, signature).subarray(-32).toString('base64')).toBe(digest);
    expect(simulator.orders()[0]?.details).toMatchObject({ 'Asked by': 'Shop' });
  });

  it('has an answer on revocation', async () => {
    const { ocspResponse } = await signed(undefined, { userNonVisibleData: digest });
    expect(AsnConvert.parse(Buffer.from(ocspResponse, 'base64'), OCSPResponse).responseStatus).toBe(0);
  });

  it('is not given for a digest of another length, or a text beside it', async () => {
    const { register, sign, client } = await independent(await started());
    expect(client).toBeDefined();
    await register({ name: 'Shop', format: 'raw-512' });
    const refused = fault('INVALID_PARAMETERS');
    await expect(sign({ personalNumber: '', userNonVisibleData: digest })).rejects.toEqual(refused);
    await expect(sign({ personalNumber: '', userVisibleData: digest })).rejects.toEqual(refused);
  });
});

describe('a caller', () => {
  it('registers with a name and a picture that is small enough', async () => {
    const { register } = await independent(await started());
    expect(await register({ name: 'Shop', image: 'AQID' })).toMatchObject({
      provider: { name: 'Simulated Net iD Access Server' },
      caller: { name: 'Shop', image: 'AQID' },
    });
    const large = Buffer.alloc(16_385).toString('base64');
    await expect(register({ name: 'Shop', image: large })).rejects.toEqual(fault('INVALID_PARAMETERS'));
    await expect(register({ name: 'Shop', format: 'raw-1' })).rejects.toEqual(fault('INVALID_PARAMETERS'));
  });

  it('without a certificate does not connect, or is told so, or is taken as demonstration servers do', async () => {
    const body = envelope('<Authenticate xmlns="http://netid.secmaker.com/nias/"><personalNumber/></Authenticate>');
    const nameless = async (callers: NonNullable<NetIdSimulatorOptions['callers']>) => {
      const simulator = await started({ callers });
      return post(simulator, body, {}, new Agent({ ca: simulator.ca }));
    };
    await expect(nameless('certificate')).rejects.toThrow();
    expect(await nameless('told')).toMatchObject({ status: 500, text: expect.stringContaining('ACCESS_DENIED_RP') });
    expect(await nameless('anybody')).toMatchObject({ status: 200 });
  });
});

describe('a request', () => {
  const authenticate = '<Authenticate xmlns="http://netid.secmaker.com/nias/"><personalNumber/></Authenticate>';

  it.each([
    ['with a prefix', authenticate.replaceAll(/(<\/?)(\w+)/g, '$1n:$2').replace('xmlns', 'xmlns:n')],
    ['with space in it', authenticate.replaceAll('><', '>\n\t<')],
    [
      'for nobody by nil',
      authenticate.replace('Number/>', 'Number xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'),
    ],
  ])('is taken %s', async (_, content) => {
    expect(await send(envelope(content))).toMatchObject({ status: 200 });
  });

  it('is taken with a declaration and a byte order mark', async () => {
    const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${envelope(authenticate)}`;
    expect(await send(body)).toMatchObject({ status: 200 });
  });

  it.each([
    ['of another namespace', envelope(authenticate.replace('nias', 'nais')), {}],
    ['for an unknown operation', envelope(authenticate.replaceAll('Authenticate', 'Cancel')), {}],
    ['for another operation than its header says', envelope(authenticate), { soapaction: '"x"' }],
    ['in no SOAP', authenticate, {}],
    ['that is no XML', 'personalNumber=', {}],
    ['with a document type', `<!DOCTYPE a>${envelope(authenticate)}`, {}],
    ['of another version than its header says', envelope(authenticate), { 'content-type': 'application/soap+xml' }],
    ['of another type', envelope(authenticate), { 'content-type': 'application/json' }],
  ])('is the caller’s fault %s', async (_, body, headers) => {
    expect(await send(body, headers)).toMatchObject({
      status: 500,
      text: expect.stringMatching(/soap:(Client|Sender)</),
    });
  });

  let simulator: NetIdSimulator;
  beforeAll(async () => {
    simulator = await createNetIdSimulator();
    return () => simulator.close();
  });

  async function send(body: string, headers: Readonly<Record<string, string>> = {}) {
    const { certificatePem: cert, keyPem: key } = await simulator.issueClient();
    return post(simulator, body, headers, new Agent({ ca: simulator.ca, cert, key }));
  }
});

function envelope(content: string): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${content}</s:Body></s:Envelope>`;
}

async function post(
  simulator: NetIdSimulator,
  body: string,
  headers: Readonly<Record<string, string>>,
  agent: Agent,
): Promise<{ status: number | undefined; text: string }> {
  onTestFinished(() => agent.destroy());
  const action = '"http://netid.secmaker.com/nias/Authenticate"';
  return new Promise((resolve, reject) => {
    const sent = request(
      simulator.serviceUrl,
      { method: 'POST', agent, headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: action, ...headers } },
      async (answer) => resolve({ status: answer.statusCode, text: Buffer.concat(await answer.toArray()).toString() }),
    );
    sent.on('error', reject).end(body);
  });
}
