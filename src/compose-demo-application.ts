import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config/schema.ts';

/** The example application, running for a demo. */
interface DemoApplication {
  /** Where a visitor opens it; absent when it does not run. */
  readonly url?: string;
  /** The configuration whose sign-in page leads to it. */
  connect(config: Config): Config;
  /** Tells it where Portvakt is. Until then it answers nobody. */
  begin(portvaktUrl: string): void;
  close(): Promise<void>;
}

/** What examples/application.mjs is told, and what it gives. */
interface Example {
  createApplication(settings: { portvakt: string; signIn: string; headers: Readonly<Record<string, string>> }): Server;
}

type Authenticator = Config['authenticators'][number];

/** In a demo, this as `success_location` stands for the example application. */
const standIn = '/demo/application';

/**
 * Starts the example application on a free port of this computer, if a sign-in page is to lead to it.
 *
 * Browsers know it as `localhost`: passkeys belong to names, not to addresses.
 */
export async function startApplication({ demo, authenticators }: Config): Promise<DemoApplication> {
  const entry = authenticators.find(leadsThere);
  if (!demo || entry === undefined) return { connect: (config) => config, begin: () => {}, close: async () => {} };
  const { tenant, base_path: base = '', context_path: path = `${base}/${entry.id}` } = entry.config;
  const settings = { portvakt: '', signIn: '', headers: { tenant } };
  // The very file that people read. It is no part of the product, so it is found only when it is asked for.
  const example: Example = await import(new URL('../examples/application.mjs', import.meta.url).href);
  const server = example.createApplication(settings);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url: `${url}/`,
    connect: (config) => ({ ...config, authenticators: config.authenticators.map((each) => leadTo(url, each)) }),
    begin(portvaktUrl) {
      settings.portvakt = portvaktUrl;
      settings.signIn = `${portvaktUrl.replace('127.0.0.1', 'localhost')}${path}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function leadsThere({ config }: Authenticator): boolean {
  return config.success_location === standIn;
}

function leadTo(url: string, each: Authenticator): Authenticator {
  return leadsThere(each) ? { ...each, config: { ...each.config, success_location: `${url}/signed-in` } } : each;
}
