import { expect, it } from 'vitest';
import { words } from '../../browser/pages/kit/words/index.ts';
import { Problem } from '../../src/core/problem.ts';
import * as bankId from '../../src/methods/bankid/endings.ts';
import { errorCodes, failedHints, ownEnds, pendingHints, unknownPending } from '../../src/methods/bankid/wire.ts';
import * as freja from '../../src/methods/freja/endings.ts';
import { frejaErrors, frejaStatuses, ownWords, stateOf } from '../../src/methods/freja/wire.ts';
import { assignmentStatuses } from '../../src/methods/push/wire.ts';

const bankIdTexts = [
  ...[...Object.keys(pendingHints), unknownPending.word].map(
    (word) => `bankid.${bankId.vendorStatusOf('pending', word).toLowerCase()}`,
  ),
  ...Object.keys({ ...failedHints, ...errorCodes, ...ownEnds }).map(
    (word) => bankId.endingOf('failed', word, false).message,
  ),
  ...[bankId.transport, bankId.expired, bankId.notReturned, bankId.otherBrowser].map(({ message }) => message),
  ...Object.keys(errorCodes).map((word) => bankId.refusedBy(new Problem('vendor-fault', word)).message),
  'bankid.awaiting_return',
];

const frejaTexts = [
  ...Object.keys(frejaStatuses).map((word) => {
    const state = stateOf(word) ?? 'failed';
    const isEnd = state !== 'pending' && state !== 'in-progress' && state !== 'approved';
    return isEnd ? freja.endingOf(state, word).message : `freja.${word.toLowerCase()}`;
  }),
  ...[...ownWords, 'jws-signature', 'code-1000', 'http-401'].map((word) => freja.endingOf('failed', word).message),
  ...Object.entries(frejaErrors).map(
    ([code, { atStart }]) => freja.refusedBy(new Problem(atStart, `code-${code}`)).message,
  ),
  freja.refusedBy(new Problem('property-invalid', '', { property: 'userIdentifier' })).message,
];

const oneTouchTexts = [...assignmentStatuses, 'EXPIRED', 'WRONG_NUMBER'].map(
  (word) => `onetouch.${word.toLowerCase()}`,
);

it('says everything in both languages, and puts the same into it', () => {
  const { sv = {}, en = {} } = words;
  expect(Object.keys(sv)).toEqual(Object.keys(en));
  // Names are the same in both.
  const same = Object.keys(en).filter((key) => sv[key] === en[key] && !/^(brand|choice\.\w+|\w+\.app)$/.test(key));
  expect(same).toEqual([]);
  const filled = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(String).toSorted();
  for (const key of Object.keys(en)) expect([key, ...filled(sv[key])]).toEqual([key, ...filled(en[key])]);
});

it.each(['sv', 'en'] as const)('every word that an order may come to has a text: %s', (language) => {
  // What is done is not read: the browser is led on.
  const done = ['freja.approved', 'onetouch.confirmed'];
  const said = [...bankIdTexts, ...frejaTexts, ...oneTouchTexts].filter((key) => !done.includes(key));
  expect(said.length).toBeGreaterThan(80);
  expect([...new Set(said)].filter((key) => !Object.hasOwn(words[language], key))).toEqual([]);
});
