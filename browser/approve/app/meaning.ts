import type { Screen } from './state.ts';

/** What to do about an answer to `pending`: open what is there, or say what became of the request on the screen. */
export type Meaning = 'nothing' | 'open' | 'replaced' | 'gone';

/**
 * What it means that this assignment, or none, is pending for a device while this is on the screen.
 *
 * A request is never put in the place of another by itself: a finger may be on its way to the button.
 */
export function meaningOf(screen: Screen, device: string, assignment: string | undefined): Meaning {
  switch (screen.name) {
    case 'request':
      if (screen.device !== device || screen.isSending || screen.shown.assignment === assignment) return 'nothing';
      return assignment === undefined ? 'gone' : 'replaced';
    case 'ended':
      if (screen.why === 'replaced') return 'nothing';
      return isOther(screen.shown.assignment, assignment) ? 'open' : 'nothing';
    case 'result':
      return isOther(screen.shown.assignment, assignment) ? 'open' : 'nothing';
    case 'home':
    case 'welcome':
      return assignment === undefined ? 'nothing' : 'open';
    default:
      return 'nothing';
  }
}

function isOther(shown: string, assignment: string | undefined): boolean {
  return assignment !== undefined && assignment !== shown;
}
