import type { AuthenticatorSettings, AuthenticatorTypeName } from './authenticator-settings.ts';

const nias = ['NiasOnOtherDevice', 'NiasOnSameDevice'] as const;
const bankId = ['BidOnOtherDevice', 'BidOnMobileDevice'] as const;
const freja = ['FrejaWithUserInput', 'FrejaWithQRCode'] as const;
const connected = [...nias, ...bankId, ...freja] as const;

/** Settings of its `config` that not every type takes → the types that do. */
export const takenBy: Readonly<Record<string, readonly AuthenticatorTypeName[]>> = {
  internal_http_destination: connected,
  caller_name: [...connected, 'OneTouch'],
  backend_url: nias,
  poll_frequency: [...connected, 'OneTouch'],
  allowed_polling_for_minutes: [...connected, 'OneTouch'],
  link: connected,
  require_same_address: ['NiasOnSameDevice'],
  requirement: bankId,
  renewals: ['BidOnOtherDevice'],
  userInfoType: ['FrejaWithUserInput'],
  minRegistrationLevel: freja,
  attributesToReturn: freja,
  match: ['OneTouch'],
  passkey: ['OneTouch'],
  pipe_id: ['UserNameAndPassword', 'UserLookup', 'OTPValidator'],
  pre_pipe_id: ['OTPValidator'],
  allowed_retries: ['UserNameAndPassword', 'UserLookup'],
  allowed_otp_retry: ['OTPValidator'],
  by: ['OTPValidator'],
  enroll: ['Passkey'],
  rp_id: ['Passkey'],
  origins: ['Passkey'],
  username_parameter: ['Passkey'],
  options: ['Selector'],
  auto_select: ['Selector'],
  auto_complete: ['Selector'],
  lazy_expiry: ['Selector'],
  verbose: ['Selector', 'Chain'],
  chain: ['Chain'],
  require_subject: ['Chain'],
  require_chain: ['Chain'],
  proceed_on_error: ['Chain'],
};

/** Settings without which a type can do nothing. */
export const neededBy: Readonly<Partial<Record<AuthenticatorTypeName, readonly string[]>>> = {
  ...Object.fromEntries(connected.map((type) => [type, ['internal_http_destination']])),
  Selector: ['options'],
  Chain: ['chain'],
};

/**
 * Documented settings that are taken, so that a configuration can be carried over, and that mean nothing here → what does instead. The documents
 * say of `lazy_expiry` and `webroot_dir` what they do; what `expiry`, `verbose` and `require_chain` do is inferred.
 */
const idle = {
  webroot_dir: 'pages are those that ship; put texts, style sheet and logo of your own into overlay_dir',
  backend_url: 'the address is the setting url of the connection that internal_http_destination names',
  expiry: 'what was proved holds for one sign-in and no longer; how long the session lasts is session_seconds',
  lazy_expiry: 'nothing expires within a sign-in',
  verbose: 'how much is logged is log.level',
  require_chain: 'whoever stands in a Chain is reached through it only',
} as const;

/** The settings of an authenticator that are written and do nothing, each with a sentence for the operator. */
export function idleSettings({
  config,
}: AuthenticatorSettings): readonly { readonly name: string; readonly advice: string }[] {
  const names = Object.keys(idle) as (keyof typeof idle)[];
  // What is switched off asks for nothing.
  return names
    .filter((name) => config[name] !== undefined && config[name] !== false)
    .map((name) => ({ name, advice: idle[name] }));
}
