import { describe, expect, it } from 'vitest';
import { type TextKey, userTextOf, userTexts } from './user-texts.ts';
import { errorCodes, failedHints, ownEnds, pendingHints, tell } from './wire.ts';

describe('what is told of a transaction', () => {
  it('is OK for an approved one only', () => {
    const words = [pendingHints, failedHints, errorCodes, ownEnds].flatMap((table) => Object.keys(table));
    for (const word of [...words, 'OK', 'complete', 'constructor', '__proto__', '']) {
      for (const state of ['rejected', 'cancelled', 'expired', 'failed'] as const) {
        expect(tell(state, word)).toMatchObject({ status: 'ERROR', message: expect.stringMatching(/^[A-Za-z]+$/) });
      }
      for (const state of ['pending', 'in-progress'] as const) {
        expect(tell(state, word)).toMatchObject({ status: expect.stringMatching(/^(?!OK$|ERROR$)[A-Z_]+$/) });
      }
      expect(tell('approved', word)).toEqual({ status: 'OK' });
    }
  });

  it('is neutral for words that nobody knows', () => {
    expect(tell('failed', 'toString')).toEqual({ status: 'ERROR', message: 'unknownFailure', text: 'unknown' });
    expect(tell('pending', 'toString')).toEqual({ status: 'PENDING', text: 'working' });
  });

  it('is that it took too long when it has expired here', () => {
    expect(tell('expired', 'expired')).toEqual({ status: 'ERROR', message: 'expiredTransaction', text: 'tooLate' });
  });
});

describe('what the person is told', () => {
  it.each(Object.keys(userTexts) as TextKey[])('is there in both languages, as a sentence: %s', (key) => {
    const texts = (['sv', 'en'] as const).map((language) => userTextOf(key, language, 'other').text);
    for (const text of texts) expect(text).toMatch(/^\p{Lu}.*\.$/u);
    expect(new Set(texts).size).toBe(2);
  });

  it('is told apart by device where BankID’s own texts are', () => {
    expect(userTextOf('notStarted', 'sv', 'same').id).toBe('RFA17A');
    expect(userTextOf('notStarted', 'sv', 'other').id).toBe('RFA17B');
    expect(userTextOf('risk', 'sv', 'other').id).toBeUndefined();
  });
});
