import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVendorClient } from '../../adapters/vendor-client.ts';
import type { CertificateReader } from '../../core/certificate-reader.ts';
import { netIdSchema } from '../../core/netid-settings.ts';
import type { Log } from '../../core/ports.ts';
import { createNetIdBackend } from './backend.ts';
import { certificatesOf } from './fixture-certificates.ts';
import type { NetIdSimulator } from './simulator/index.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** What a test wants different. */
interface Wishes {
  readonly settings?: object;
  readonly reader?: CertificateReader;
  readonly now?: () => number;
  readonly clientSubject?: string;
  readonly log?: Log;
}

/** A connection to the simulator as compose makes it: settings through their schema, certificates from files, mutual TLS. */
export async function connect(simulator: NetIdSimulator, { settings = {}, now = Date.now, ...wishes }: Wishes = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-netid-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { certificatePem, keyPem } = await simulator.issueClient(wishes.clientSubject);
  const parsed = netIdSchema.parse({
    url: simulator.serviceUrl,
    // Whoever shares the computer with these tests makes answers late; no test waits that long for one.
    timeoutMs: 60_000,
    tls: { cert: file('cert.pem', certificatePem), key: file('key.pem', keyPem), ca: [file('ca.pem', simulator.ca)] },
    ...settings,
  });
  const http = createVendorClient({ name: 'netid.default', tls: parsed.tls }, silent);
  const reader = wishes.reader ?? certificatesOf(simulator.cardAuthority);
  const parts = { http, reader, clock: { now }, log: wishes.log ?? silent };
  return {
    backend: createNetIdBackend(parsed, parts),
    /** The same connection, for one who does not wait long. */
    impatient: createNetIdBackend({ ...parsed, timeoutMs: 300 }, parts),
    async close() {
      await http.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
