import { createPublicKey, hash, sign, verify } from 'node:crypto';
import { type AuditEvent, coreEvents } from '../core/event.ts';
import type { Beginning } from '../core/log-beginning.ts';
import type { Checkpoint, LogEntry, LogHead } from '../core/store.ts';
import type { KeyRing, RingKey } from './key-ring.ts';
import { faultOfBeginning } from './log-beginning.ts';
import { equalText, prepareHmac } from './vault.ts';

/** What the first entry of a chain is linked to; it differs, so that no entry fits into another chain. */
function originOf(chain: number): string {
  return chain === 1 ? '0'.repeat(64) : hash('sha256', `portvakt-chain\n${chain}`, 'hex');
}

const checkpointEntries = 1024;
const checkpointMs = 60_000;

/** What the log is sealed and signed with. It may be handed to another thread. */
export type LogKey = Pick<RingKey, 'id' | 'mac' | 'sign'>;

/** An event as JSON, without what its place in the log gives it. */
export function eventText({ type, ...fields }: AuditEvent): string {
  return JSON.stringify({ event: type.name, severity: type.severity, ...fields });
}

/** Adds to the audit log. The stores call it inside their commit. */
export interface AuditLog {
  /** Oldest first. */
  readonly keys: readonly LogKey[];
  /** Numbers, times and links the events (see {@link eventText}) after `head`, the end of this chain. */
  extend(head: LogHead | undefined, events: readonly string[], at: number, chain?: number): readonly LogEntry[];
  /** True when we, or another with our keys, sealed this end of the log. Nothing may be written behind, or signed over, any other. */
  trusts(head: LogHead): boolean;
  /** Seals the end of the log, which is at this entry. */
  seal(last: Pick<LogEntry, 'seq' | 'hash'>): LogHead;
  /** A signed checkpoint, when one is due: every 1024 entries, every minute in which something was written, or when `force`d. */
  checkpoint(
    head: LogHead,
    last: Pick<Checkpoint, 'seq' | 'at'> | undefined,
    at: number,
    force?: boolean,
  ): Checkpoint | undefined;
}

/** The audit log with the newest of these keys, oldest first. */
export function createAuditLog({ all: keys }: { readonly all: readonly LogKey[] }): AuditLog {
  const newest = keys.at(-1) as LogKey;
  const macOf = prepareHmac('SHA256', newest.mac);
  let sealed: LogHead | undefined;
  return {
    keys: keys.map(({ id, mac, sign: signing }) => ({ id, mac, sign: signing })),
    trusts: (head) => (sealed !== undefined && isSame(head, sealed)) || isSealed(keys, head),
    extend(head, events, at, chain = 1) {
      let seq = head?.seq ?? 0;
      let previous = head?.hash ?? originOf(chain);
      const where = chain === 1 ? undefined : { chain };
      return events.map((text) => {
        seq += 1;
        const place = JSON.stringify({ seq, ...where, at });
        const body = `${place.slice(0, -1)},${text.slice(1)}`;
        previous = link(previous, body);
        return { ...where, seq, body, hash: previous };
      });
    },
    seal({ seq, hash: last }) {
      sealed = { seq, hash: last, mac: `${newest.id}.${headMac(macOf, seq, last)}` };
      return sealed;
    },
    checkpoint({ seq, hash: last }, before, at, force = false) {
      if (seq === before?.seq) return undefined;
      const due =
        force ||
        before === undefined ||
        seq - before.seq >= checkpointEntries ||
        Math.abs(at - before.at) >= checkpointMs;
      if (!due) return undefined;
      const signature = sign(null, checkpointText(seq, last, at), newest.sign).toString('base64url');
      return { seq, hash: last, at, signature: `${newest.id}.${signature}` };
    },
  };
}

function link(previous: string, body: string): string {
  return hash('sha256', `${previous}\n${body}`, 'hex');
}

function headMac(macOf: ReturnType<typeof prepareHmac>, seq: number, last: string): string {
  return Buffer.from(macOf(Buffer.from(`${seq}\n${last}`))).toString('hex');
}

function checkpointText(seq: number, last: string, at: number): Buffer {
  return Buffer.from(`portvakt-checkpoint\n${seq}\n${last}\n${at}`);
}

/** What a check of the log found: nothing, or the first thing that is wrong. */
export type LogFinding = { readonly chain?: number; readonly seq: number; readonly fault: string } | undefined;

/** Checks a log that is handed to it piece by piece, each chain oldest first, in any size of pieces. */
export interface LogCheck {
  /** To be handed over before all else of its chain, or where an export goes on behind a removed part. */
  beginning(beginning: Beginning): LogFinding;
  entry(entry: LogEntry): LogFinding;
  /** To be handed over before the entries that follow it; may come any time before its own. */
  checkpoint(checkpoint: Checkpoint): LogFinding;
  /** How many entries stand before a checkpoint that signed for them. */
  vouchedFor(): number;
  /** At the end of a chain: was everything there that the head and the checkpoints speak of? */
  end(head: LogHead | undefined | 'exported', chain?: number): LogFinding;
  /** After the ends of all chains: does each of them go as far as the others say? */
  whole(): LogFinding;
}

/** Finds the public key of a ring key's id. */
export type PublicKeys = (id: string) => KeyRing['newest']['verify'] | undefined;

/** A ring's public keys, for {@link createLogCheck}. */
export function publicKeysOf(ring: KeyRing): PublicKeys {
  return (id) => ring.get(id)?.verify;
}

/** Public keys from text: `<id>:<base64url of 32 bytes>`, as `portvakt keys list` prints them. */
export function parsePublicKeys(text: string): PublicKeys {
  const keys = new Map(
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((item) => {
        const [id = '', x = ''] = item.split(':');
        return [id, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })] as const;
      }),
  );
  return (id) => keys.get(id);
}

/**
 * Checks every link, number and signature of a log.
 *
 * `ring` is absent when somebody without the keys checks an exported log: then the end is vouched for by the last checkpoint only.
 */
export function createLogCheck(publicKeys: PublicKeys, ring?: KeyRing): LogCheck {
  const told = new Map<number, number>();
  const chains = new Map<number, ChainCheck>();
  function chainOf(number = 1): ChainCheck {
    const known = chains.get(number) ?? createChainCheck(number, publicKeys, ring);
    chains.set(number, known);
    return known;
  }
  return {
    beginning: (beginning) => chainOf(beginning.chain).beginning(beginning),
    entry(entry) {
      const finding = chainOf(entry.chain).entry(entry);
      if (finding !== undefined) return finding;
      for (const { chain, seq } of linksIn(entry.body)) told.set(chain, Math.max(seq, told.get(chain) ?? 0));
      return undefined;
    },
    checkpoint: (checkpoint) => chainOf(checkpoint.chain).checkpoint(checkpoint),
    vouchedFor: () => [...chains.values()].reduce((sum, one) => sum + one.vouchedFor(), 0),
    end: (head, chain) => chainOf(chain).end(head),
    whole() {
      const [cut] = [...told].filter(([chain, seq]) => chainOf(chain).length() < seq);
      if (cut === undefined) return undefined;
      const [chain, seq] = cut;
      return {
        chain,
        seq: chainOf(chain).length() + 1,
        fault: `the chain is cut: another says that it went on to ${seq}`,
      };
    },
  };
}

/** The check of one chain. */
interface ChainCheck extends Pick<LogCheck, 'beginning' | 'entry' | 'checkpoint' | 'vouchedFor'> {
  end(head: LogHead | undefined | 'exported'): LogFinding;
  /** The number of its last entry. */
  length(): number;
}

function createChainCheck(number: number, publicKeys: PublicKeys, ring: KeyRing | undefined): ChainCheck {
  let last: Pick<LogEntry, 'seq' | 'hash'> = { seq: 0, hash: originOf(number) };
  const waiting = new Map<number, string>();
  let vouched = 0;
  /** So many are gone from its beginning. */
  let removed = 0;
  const found = (seq: number, fault: string): LogFinding => ({
    ...(number === 1 ? {} : { chain: number }),
    seq,
    fault,
  });
  const meets = (): LogFinding => {
    const expected = waiting.get(last.seq);
    if (expected === undefined) return undefined;
    waiting.delete(last.seq);
    if (expected !== last.hash) return found(last.seq, 'the entry is not the one that the checkpoint signed');
    vouched = last.seq;
    return undefined;
  };
  return {
    beginning(beginning) {
      const { seq, hash: behind } = beginning;
      const fault = faultOfBeginning(beginning, publicKeys);
      if (fault !== undefined) return found(seq, fault);
      // Who has what came before needs no leave to begin later.
      if (seq < last.seq) return undefined;
      if (last.seq > 0 && seq > last.seq) return found(last.seq + 1, 'the entry was removed from the log');
      if (last.seq > 0 && behind !== last.hash)
        return found(seq, 'the entry is not the one behind which the log begins');
      if (last.seq > 0) return undefined;
      last = { seq, hash: behind };
      vouched = seq;
      removed = seq;
      return undefined;
    },
    entry(entry) {
      const seq = last.seq + 1;
      if (entry.seq <= removed) return found(entry.seq, 'the entry lies in the part that was removed');
      if (entry.seq !== seq) return found(seq, `the entry is missing; the next one is ${entry.seq}`);
      if (link(last.hash, entry.body) !== entry.hash)
        return found(seq, 'the entry, or its link to the one before, was changed');
      if (numberIn(entry.body) !== seq) return found(seq, 'the entry carries another number');
      last = { seq, hash: entry.hash };
      return meets();
    },
    checkpoint({ seq, hash: signed, at, signature }) {
      const [id = '', text = ''] = signature.split('.');
      const key = publicKeys(id);
      if (key === undefined) return found(seq, `the checkpoint is signed with the key "${id}", which is not known`);
      if (!verify(null, checkpointText(seq, signed, at), key, Buffer.from(text, 'base64url'))) {
        return found(seq, 'the signature of the checkpoint is wrong');
      }
      if (seq < last.seq) return found(seq, 'the checkpoint stands behind entries that came after it');
      waiting.set(seq, signed);
      return seq === last.seq ? meets() : undefined;
    },
    vouchedFor: () => vouched - removed,
    length: () => last.seq,
    end(head) {
      const [missing] = [...waiting.keys()].sort((a, b) => a - b);
      if (missing !== undefined)
        return found(last.seq + 1, `the log ends before entry ${missing}, which a checkpoint signed`);
      const finding = head === 'exported' || ring === undefined ? undefined : checkHead(ring, head, last);
      return finding && found(finding.seq, finding.fault);
    },
  };
}

function isSealed(keys: readonly LogKey[], { seq, hash: last, mac: sealedMac }: LogHead): boolean {
  const [id = '', mac = ''] = sealedMac.split('.');
  const key = keys.find((one) => one.id === id);
  return key !== undefined && equalText(headMac(prepareHmac('SHA256', key.mac), seq, last), mac);
}

function isSame(a: LogHead, b: LogHead): boolean {
  return a.mac === b.mac && a.seq === b.seq && a.hash === b.hash;
}

function checkHead(ring: KeyRing, head: LogHead | undefined, last: Pick<LogEntry, 'seq' | 'hash'>): LogFinding {
  if (head === undefined)
    return last.seq === 0 ? undefined : { seq: last.seq, fault: 'the sealed end of the log is missing' };
  if (!isSealed(ring.all, head)) {
    return { seq: head.seq, fault: 'the sealed end of the log was changed' };
  }
  if (head.seq > last.seq) return { seq: last.seq + 1, fault: `the log is cut: it should go on to entry ${head.seq}` };
  if (head.seq < last.seq) return { seq: head.seq + 1, fault: 'entries were added behind the sealed end of the log' };
  return head.hash === last.hash ? undefined : { seq: last.seq, fault: 'the last entry is not the sealed one' };
}

/** How far the other chains went, as an entry tells (see `log.chains`). */
function linksIn(body: string): readonly { readonly chain: number; readonly seq: number }[] {
  if (!body.includes(`"event":"${coreEvents.chainsLinked.name}"`)) return [];
  const { subject } = JSON.parse(body) as { readonly subject?: unknown };
  return String(subject)
    .split(' ')
    .map((text) => text.split(':').map(Number))
    .flatMap(([chain = 0, seq = 0]) => (chain > 0 ? [{ chain, seq }] : []));
}

function numberIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { seq?: unknown }).seq;
  } catch {
    return undefined;
  }
}
