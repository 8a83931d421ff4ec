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
  // The simulated phone has an address of its own.
  'nias-same': { type: 'NiasOnSameDevice', config: { ...order, require_same_address: false } },
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

/** What the two Selectors of the chain `/steps/chain-steps` offer: who somebody is, and a code. */
const steps = {
  who: { lookup: { type: 'UserLookup' }, password: { type: 'UserNameAndPassword' } },
  code: {
    sms: { type: 'OTPValidator', config: { by: 'sms' } },
    mail: { type: 'OTPValidator', config: { by: 'mail' } },
    token: { type: 'OTPValidator' },
  },
} as const satisfies Record<string, Record<string, Kind>>;

/**
 * Every kind alone at `/alone/<kind>`, all of them under the Selector `/any/choose`, chains of two at `/<pair>/chain-<pair>`, and a chain of two
 * Selectors. At `/alone/bankid-renewed` an order that no app has taken is replaced once.
 */
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
    ...toSteps(out),
    {
      id: 'alone-bankid-renewed',
      type: 'BidOnOtherDevice',
      config: { ...out, context_path: '/alone/bankid-renewed', ...order, renewals: 1 },
    },
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

function toSteps(out: object): readonly object[] {
  const base = { tenant: 't1', base_path: '/steps' };
  const choices = Object.entries(steps) as [string, Readonly<Record<string, Kind>>][];
  const selectors = choices.flatMap(([step, offered]) => {
    const options = Object.keys(offered).map((name) => ({ id: `to-${name}`, target: `steps-${name}`, label: name }));
    return [
      { id: `choose-${step}`, type: 'Selector', config: { ...base, options } },
      ...Object.entries(offered).map(([name, { type, config }]) => ({
        id: `steps-${name}`,
        type,
        config: { ...base, ...config },
      })),
    ];
  });
  const chain = choices.map(([step]) => ({ id: `choose-${step}` }));
  return [{ id: 'chain-steps', type: 'Chain', config: { ...out, ...base, chain } }, ...selectors];
}
