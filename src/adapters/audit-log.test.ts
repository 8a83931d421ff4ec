import { createHash, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defineEvent } from '../core/event.ts';
import { createAuditLog, createLogCheck, eventText, parsePublicKeys, publicKeysOf } from './audit-log.ts';
import { newKeyLine, parseKeyRing } from './key-ring.ts';
import { signBeginning } from './log-beginning.ts';

const [older, newer] = [newKeyLine(0), newKeyLine(0)];
const ring = parseKeyRing(`${older}\n${newer}`);
const log = createAuditLog(ring);
const happened = defineEvent({ name: 'test.happened', summary: 'Something happened', severity: 5 });
const event = eventText({ type: happened, tenant: 't1', subject: 'å' });
const start = Date.UTC(2026, 0, 1);

const head = (seq: number) => log.seal({ seq, hash: 'f'.repeat(64) });

describe('an entry', () => {
  it('is a numbered, timed JSON object whose hash covers the one before it', () => {
    const [first, second] = log.extend(undefined, [event, event], start);
    expect(JSON.parse(first?.body ?? '')).toEqual({
      seq: 1,
      at: start,
      event: 'test.happened',
      severity: 5,
      tenant: 't1',
      subject: 'å',
    });
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(first?.hash).toBe(sha256(`${'0'.repeat(64)}\n${first?.body}`));
    expect(second?.hash).toBe(sha256(`${first?.hash}\n${second?.body}`));
  });

  it('goes on from the sealed end', () => {
    const [first] = log.extend(undefined, [event], start);
    const end = log.seal(first ?? { seq: 0, hash: '' });
    const [second] = log.extend(end, [event], start);
    const together = log.extend(undefined, [event, event], start);
    expect(second).toEqual(together[1]);
  });
});

describe('a checkpoint', () => {
  it('is signed so that anybody with the public key can check it', () => {
    const made = log.checkpoint(head(1), undefined, start);
    const text = `portvakt-checkpoint\n1\n${'f'.repeat(64)}\n${start}`;
    const [id = '', signature = ''] = (made?.signature ?? '').split('.');
    expect(id).toBe(ring.newest.id);
    expect(verify(null, Buffer.from(text), ring.newest.verify, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it.each([
    ['for the first entry', 1, undefined, 0, true],
    ['not for a few entries more', 1024, { seq: 1, at: start }, 0, false],
    ['after as many entries as one may cover', 1025, { seq: 1, at: start }, 0, true],
    ['not within the same minute', 2, { seq: 1, at: start }, 59_999, false],
    ['a minute later', 2, { seq: 1, at: start }, 60_000, true],
    ['when the clock was set back', 2, { seq: 1, at: start }, -60_000, true],
    ['not twice for one entry', 1, { seq: 1, at: start }, 3_600_000, false],
  ] as const)('is due %s', (_, seq, before, later, due) => {
    expect(log.checkpoint(head(seq), before, start + later) !== undefined).toBe(due);
  });

  it('is made when it is forced, but not twice for one entry', () => {
    expect(log.checkpoint(head(2), { seq: 1, at: start }, start, true)).toMatchObject({ seq: 2 });
    expect(log.checkpoint(head(1), { seq: 1, at: start }, start, true)).toBeUndefined();
  });
});

describe('a log over a change of keys', () => {
  function written() {
    const before = createAuditLog(parseKeyRing(older));
    const [first] = before.extend(undefined, [event], start);
    const end = before.seal(first ?? { seq: 0, hash: '' });
    const [second] = log.extend(end, [event], start);
    const entries = [first, second].filter((entry) => entry !== undefined);
    const newEnd = log.seal(entries[1] ?? end);
    return {
      entries,
      checkpoints: [before.checkpoint(end, undefined, start), log.checkpoint(newEnd, undefined, start)],
      head: newEnd,
    };
  }
  const findings = (check: ReturnType<typeof createLogCheck>) => {
    const { entries, checkpoints, head: end } = written();
    return [
      ...checkpoints.map((checkpoint) => checkpoint && check.checkpoint(checkpoint)),
      ...entries.map((entry) => check.entry(entry)),
      check.end(end),
    ];
  };

  it('passes the check of the whole ring', () => {
    expect(findings(createLogCheck(publicKeysOf(ring), ring)).every((finding) => finding === undefined)).toBe(true);
  });

  it('does not pass when one of the keys is not known', () => {
    const [first] = findings(createLogCheck(publicKeysOf(parseKeyRing(newer)), ring));
    expect(first?.fault).toContain('which is not known');
  });

  it('passes with the public keys as text', () => {
    const text = ring.all
      .map(({ id, verify: publicKey }) => `${id}:${publicKey.export({ format: 'jwk' }).x}`)
      .join('\n');
    expect(findings(createLogCheck(parsePublicKeys(text))).every((finding) => finding === undefined)).toBe(true);
    expect(parsePublicKeys(text)('unknown')).toBeUndefined();
  });
});

describe('a log whose beginning was removed', () => {
  const entries = log.extend(
    undefined,
    Array.from({ length: 9 }, () => event),
    start,
  );
  const at = (seq: number) => entries[seq - 1] ?? { seq: 0, hash: '', body: '' };
  const behind = (seq: number, hash = at(seq).hash) => signBeginning(ring, { chain: 1, seq, hash, at: start });
  type Part = ReturnType<typeof behind> | (typeof entries)[number];
  function findingIn(...parts: readonly Part[]) {
    const check = createLogCheck(publicKeysOf(ring), ring);
    for (const part of parts) {
      const finding = 'signature' in part ? check.beginning(part) : check.entry(part);
      if (finding !== undefined) return finding;
    }
    return check.end(log.seal(at(9)));
  }

  it('is in order from the place that was signed', () => {
    expect(findingIn(behind(4), ...entries.slice(4))).toBeUndefined();
    expect(findingIn(behind(9))).toBeUndefined();
  });

  it('goes on behind what somebody kept, as far as that reaches', () => {
    expect(findingIn(...entries.slice(0, 6), behind(4), ...entries.slice(6))).toBeUndefined();
    expect(findingIn(...entries.slice(0, 4), behind(4), ...entries.slice(4))).toBeUndefined();
    expect(findingIn(...entries.slice(0, 3), behind(5), ...entries.slice(5))).toMatchObject({ seq: 4 });
    expect(findingIn(...entries.slice(0, 4), behind(4, at(5).hash), ...entries.slice(4))).toMatchObject({ seq: 4 });
  });

  it.each([
    ['more is missing than was removed', [behind(4), ...entries.slice(5)], 5],
    ['something stands before it', [behind(4), ...entries.slice(3)], 4],
    ['it does not fit what follows', [behind(4, at(5).hash), ...entries.slice(4)], 5],
    ['it was moved', [{ ...behind(4), ...at(5) }, ...entries.slice(5)], 5],
    [
      'it is that of another chain',
      [{ ...signBeginning(ring, { ...at(4), chain: 2, at: start }), chain: 1 }, ...entries.slice(4)],
      4,
    ],
    ['its key is not known', [{ ...behind(4), signature: 'other.AAAA' }, ...entries.slice(4)], 4],
    [
      'it is no beginning but a checkpoint',
      [{ ...behind(4), ...log.checkpoint(log.seal(at(4)), undefined, start) }, ...entries.slice(4)],
      4,
    ],
    ['nothing was signed', entries.slice(4), 1],
  ])('shows when %s', (_, parts, seq) => {
    expect(findingIn(...(parts as Part[]))?.seq).toBe(seq);
  });
});
