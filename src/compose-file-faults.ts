import { systemClock } from './adapters/clock.ts';
import { createLog } from './adapters/log.ts';
import { openBackends } from './compose-backends.ts';
import { tryPush } from './compose-push.ts';
import { openLdap } from './compose-realms.ts';
import { ConfigFaults, formatFaults } from './config/config-faults.ts';
import type { Loaded } from './config/load.ts';
import type { Config } from './config/schema.ts';
import type { Fault } from './core/fault.ts';
import { Problem } from './core/problem.ts';
import { readOverlay } from './server/sign-in-files.ts';
import { readTls } from './server/tls.ts';

/** A part of the configuration that names files, and what reads them. */
interface Attempt {
  readonly path: Fault['path'];
  /** How its faults begin: the path as text. */
  readonly where: string;
  run(): unknown;
}

const parts = { clock: systemClock, log: createLog('silent') };

/**
 * Reads certificates, keys and authorities as the server does when it starts; asks nobody.
 *
 * @throws ConfigFaults with a fault for each connection, directory and listener that has a file that cannot be used
 */
export async function tryFiles({ config, locate }: Loaded): Promise<void> {
  const attempts = [
    ...listenerOf(config),
    ...(['bankid', 'freja', 'netid'] as const).flatMap((kind) => connectionsOf(config, kind)),
    ...pushOf(config),
    ...directoriesOf(config),
    ...overlaysOf(config),
  ];
  const faults = (await Promise.all(attempts.map(faultOf))).flat();
  if (faults.length > 0) throw new ConfigFaults(formatFaults(faults, locate));
}

async function faultOf({ path, where, run }: Attempt): Promise<Fault[]> {
  try {
    await run();
    return [];
  } catch (error) {
    const text = error instanceof Problem ? error.detail : (error as Error).message;
    const rest = text.startsWith(where) ? text.slice(where.length) : '';
    const [, inner = '', message = text] = /^((?:\.\w+)*): (.*)$/s.exec(rest) ?? [];
    return [{ path: [...path, ...inner.split('.').slice(1)], message }];
  }
}

function listenerOf({ listen: { tls } }: Config): Attempt[] {
  return tls === undefined ? [] : [{ path: ['listen', 'tls'], where: 'listen.tls', run: () => readTls(tls) }];
}

function connectionsOf(config: Config, kind: 'bankid' | 'freja' | 'netid'): Attempt[] {
  return Object.entries(config[kind]).map(([name, settings]) => {
    const alone = { bankid: {}, freja: {}, netid: {}, [kind]: { [name]: settings } };
    return { path: [kind, name], where: `${kind}.${name}`, run: () => openBackends(alone, parts).close() };
  });
}

function pushOf(config: Config): Attempt[] {
  return (['web', 'fcm', 'apns'] as const).map((way) => ({
    path: ['push', way],
    where: `push.${way}`,
    run: () => tryPush(config, way, parts.clock),
  }));
}

function directoriesOf({ realms, messages: { country } }: Config): Attempt[] {
  return Object.entries(realms).flatMap(([realm, { directories }]) =>
    directories.flatMap((settings, index) => {
      if (settings.type === 'built-in') return [];
      const where = `realms.${realm}.directories[${index}]`;
      const run = () => openLdap(where, settings, { country, log: parts.log }).close();
      return [{ path: ['realms', realm, 'directories', index], where, run }];
    }),
  );
}

function overlaysOf({ authenticators }: Config): Attempt[] {
  return authenticators.map((settings, index) => {
    const path = ['authenticators', index, 'config'];
    return { path, where: `authenticators[${index}].config`, run: () => readOverlay(settings) };
  });
}
