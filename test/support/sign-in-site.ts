/** One kind of authenticator as these tests have it, in words of the configuration. */
interface Kind {
  readonly type: string;
  readonly config?: object;
}

const link = { identity: 'personalNumber', attribute: 'personalNumber', spelling: 'personal-number' };
const own = { poll_frequency: 1, caller_name: 'Kundportalen' };
const order = { ...own, internal_http_destination: 'default', link };
const freja = { ...order, link: { ...link, identity: 'ssn' } };

const orderKinds = {
  'nias-other': { type: 'NiasOnOtherDevice', config: order },
  'nias-same': { type: 'NiasOnSameDevice', config: order },
  'bankid-other': { type: 'BidOnOtherDevice', config: { ...order, renewals: 0 } },
  'bankid-same': { type: 'BidOnMobileDevice', config: order },
  'freja-other': { type: 'FrejaWithUserInput', config: freja },
  'freja-code': { type: 'FrejaWithQRCode', config: freja },
  phone: { type: 'OneTouch', config: own },
} as const satisfies Record<string, Kind>;

/** One of the kinds whose order is answered in an app. */
export type OrderKind = keyof typeof orderKinds;

/** Authenticators that prove a person by themselves. */
const kinds = {
  password: { type: 'UserNameAndPassword' },
  ...orderKinds,
  passkey: { type: 'Passkey' },
} as const satisfies Record<string, Kind>;

/** One of the kinds that prove a person by themselves. */
export type KindName = keyof typeof kinds;

/** Pairs that only together sign somebody in. */
const pairs = {
  'lookup-sms': [{ type: 'UserLookup' }, { type: 'OTPValidator', config: { by: 'sms' } }],
  'lookup-mail': [{ type: 'UserLookup' }, { type: 'OTPValidator', config: { by: 'mail' } }],
  'password-code': [{ type: 'UserNameAndPassword' }, { type: 'OTPValidator' }],
  'password-passkey': [{ type: 'UserNameAndPassword' }, { type: 'Passkey', config: { enroll: 'always' } }],
  'lookup-password': [{ type: 'UserLookup' }, { type: 'UserNameAndPassword' }],
} as const satisfies Record<string, readonly [Kind, Kind]>;

/** Every kind alone at `/alone/<kind>`, all of them under the Selector `/any/choose`, and chains of two at `/<pair>/chain-<pair>`. */
export function signInSite(successLocation: string): readonly object[] {
  const all = Object.entries(kinds) as [KindName, Kind][];
  const out = { tenant: 't1', success_location: successLocation };
  const chains: [string, readonly [Kind, Kind]][] = [
    ...Object.entries(pairs),
    ...all.map(([name, kind]): [string, readonly [Kind, Kind]] => [`then-${name}`, [{ type: 'UserLookup' }, kind]]),
  ];
  return [
    ...all.map(([name, { type, config }]) => ({
      id: `alone-${name}`,
      type,
      config: { ...out, context_path: `/alone/${name}`, ...config },
    })),
    {
      id: 'choose',
      type: 'Selector',
      config: {
        ...out,
        base_path: '/any',
        options: all.map(([name]) => ({ id: `to-${name}`, target: name, label: name })),
      },
    },
    ...all.map(([name, { type, config }]) => ({
      id: name,
      type,
      config: { tenant: 't1', base_path: '/any', ...config },
    })),
    ...chains.flatMap(([name, links]) => toChain(name, links, out)),
  ];
}

function toChain(name: string, links: readonly [Kind, Kind], out: object): readonly object[] {
  const base_path = `/${name}`;
  const ids = [`${name}-1`, `${name}-2`];
  const chain = { proceed_on_error: false, chain: ids.map((id) => ({ id })) };
  return [
    { id: `chain-${name}`, type: 'Chain', config: { ...out, base_path, ...chain } },
    ...links.map(({ type, config }, index) => ({
      id: ids[index],
      type,
      config: { tenant: 't1', base_path, ...config },
    })),
  ];
}
