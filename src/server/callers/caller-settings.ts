import type { Config } from '../../config/schema.ts';

/** Settings of one way in which a tenant's callers may prove themselves. */
export type CallerSettings = Config['tenants'][string]['callers'][number];

/** By user name and password. */
export type BasicSettings = Extract<CallerSettings, { basic: unknown }>['basic'];

/** By client certificate. */
export type CertificateSettings = Extract<CallerSettings, { certificate: unknown }>['certificate'];

/** By bearer token. */
export type BearerSettings = Extract<CallerSettings, { bearer: unknown }>['bearer'];
