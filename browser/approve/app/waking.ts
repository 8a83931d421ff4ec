import { signers } from '../device/enrolment.ts';
import { readEnrolments } from '../device/keep.ts';
import { subscribe, tellAll } from '../device/subscription.ts';
import { current, update, type Waking } from './state.ts';

/** Finds out whether pushes can wake this browser; subscribes, and tells the server, where that was allowed. Does not throw. */
export async function arrangeWaking(): Promise<void> {
  const found = browserAllows();
  if (found !== 'ready') return update({ waking: found });
  const { server, enrolments } = current();
  if (server === undefined || signers(enrolments).length === 0) return;
  try {
    const subscription = await subscribe(await navigator.serviceWorker.ready, server.applicationServerKey);
    await tellAll(enrolments, subscription);
    update({ waking: 'ready', enrolments: await readEnrolments() });
  } catch {
    update({ waking: 'failed' });
  }
}

/** Asks the person, who has just pressed a button, to allow notifications. */
export async function turnOnWaking(): Promise<void> {
  await Notification.requestPermission();
  await arrangeWaking();
}

function browserAllows(): Waking {
  if (!('Notification' in globalThis) || !('PushManager' in globalThis) || !('serviceWorker' in navigator)) {
    return isAppleTouch() && !isInstalled() ? 'install' : 'unavailable';
  }
  if (Notification.permission === 'granted') return 'ready';
  return Notification.permission === 'denied' ? 'blocked' : 'unasked';
}

/** Whether it runs as an app of its own. */
function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone)').matches;
}

// An iPad says that it is a Mac, but has fingers on it.
function isAppleTouch(): boolean {
  return /iPhone|iPad|Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
}

/** Takes away the notifications that are shown: what they tell of is on the screen. */
export async function clearNotifications(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const each of (await registration?.getNotifications()) ?? []) each.close();
}
