import { describe, expect, it } from 'vitest';
import type { Assignment } from '../device/assignment.ts';
import { meaningOf } from './meaning.ts';
import type { Screen } from './state.ts';

const shown = { assignment: 'one' } as Assignment;
const request: Screen = { name: 'request', device: 'telephone', shown, endsAt: 0, isSending: false };

describe('what is pending', () => {
  it('is opened where there is nothing else to do', () => {
    for (const name of ['home', 'welcome'] as const) {
      expect(meaningOf({ name, device: 'telephone' } as Screen, 'telephone', 'one')).toBe('open');
    }
    expect(meaningOf({ name: 'home' }, 'telephone', undefined)).toBe('nothing');
  });

  it('never takes the place of the request on the screen by itself', () => {
    expect(meaningOf(request, 'telephone', 'two')).toBe('replaced');
    expect(meaningOf({ name: 'ended', shown, why: 'replaced' }, 'telephone', 'two')).toBe('nothing');
  });

  it('says that the request on the screen has ended when it is not there any more', () => {
    expect(meaningOf(request, 'telephone', undefined)).toBe('gone');
    expect(meaningOf(request, 'telephone', 'one')).toBe('nothing');
  });

  it('of another enrolment waits for its turn', () => {
    expect(meaningOf(request, 'tablet', 'two')).toBe('nothing');
    expect(meaningOf(request, 'tablet', undefined)).toBe('nothing');
  });

  it('is passed over while an answer is under way, or an invitation is looked at', () => {
    expect(meaningOf({ ...request, isSending: true }, 'telephone', undefined)).toBe('nothing');
    expect(meaningOf({ name: 'invitation', code: '', step: 'reading' }, 'telephone', 'one')).toBe('nothing');
  });

  it('is opened after an answer only when it is another', () => {
    const result: Screen = { name: 'result', shown, outcome: 'approved' };
    expect([meaningOf(result, 'telephone', 'one'), meaningOf(result, 'telephone', 'two')]).toEqual(['nothing', 'open']);
    const expired: Screen = { name: 'ended', shown, why: 'expired' };
    expect([meaningOf(expired, 'telephone', 'one'), meaningOf(expired, 'telephone', 'two')]).toEqual([
      'nothing',
      'open',
    ]);
  });
});
