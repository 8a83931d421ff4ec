import { chooseLanguage } from '../../kit/language.ts';
import type { Words } from '../app/words/en.ts';
import { words } from '../app/words/index.ts';
import { askOpenly } from '../device/ask.ts';
import { readEnrolments, readLanguage } from '../device/keep.ts';
import { subscribe, tellAll } from '../device/subscription.ts';
import { readWakeUp } from './wake-up.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: what the app consists of, and a name for that state of it. */
declare const __FILES__: readonly string[];
declare const __VERSION__: string;

const home = '/approve/';
const cacheName = `app-${__VERSION__}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(__FILES__.map((path) => new Request(home + path, { cache: 'reload' }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

async function takeOver(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener('fetch', (event) => {
  const { method, url, mode } = event.request;
  const { origin, pathname } = new URL(url);
  const isOurs = origin === location.origin && pathname.startsWith(home) && !pathname.startsWith(`${home}api/`);
  if (method !== 'GET' || !isOurs) return;
  // The page itself from the server where there is one, so that a newer app is seen at once; all else is named by its content.
  event.respondWith(mode === 'navigate' ? fresh(event.request) : kept(event.request));
});

async function fresh(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok) return response;
  } catch {
    // There is no connection: the app itself says so.
  }
  return (await caches.match(home)) ?? Response.error();
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener('push', (event) => {
  event.waitUntil(tell(event.data?.text() ?? ''));
});

/** Browsers demand a notification for every push, be there something to say or not. */
async function tell(payload: string): Promise<void> {
  const wakeUp = readWakeUp(payload);
  const [enrolments, say] = await Promise.all([readEnrolments().catch(() => []), sayings()]);
  const whose = enrolments.find(({ id }) => id === wakeUp?.device);
  const isLate = wakeUp !== undefined && wakeUp.endsAt <= Date.now();
  const isOneOfMany = whose !== undefined && enrolments.length > 1;
  const text = isOneOfMany ? say.notificationFor(whose.displayName) : say.notificationText;
  await self.registration.showNotification(say.notificationTitle, {
    body: isLate ? say.notificationLate : text,
    lang: say.locale,
    icon: `${home}icon-192.png`,
    badge: `${home}badge.png`,
    // There is one request at a time for each person: a newer one takes the place of the older.
    tag: wakeUp?.device ?? 'request',
    requireInteraction: !isLate,
  });
}

async function sayings(): Promise<Words> {
  const chosen = await readLanguage().catch(() => undefined);
  return words[chooseLanguage([chosen, ...navigator.languages])];
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openApp());
});

async function openApp(): Promise<void> {
  const [there] = await self.clients.matchAll({ type: 'window' });
  if (there === undefined) return void (await self.clients.openWindow(home));
  there.postMessage('look');
  await there.focus();
}

/** The browser has given the subscription up: another is made, and the server is told. */
self.addEventListener('pushsubscriptionchange', (event) => {
  (event as ExtendableEvent).waitUntil(subscribeAnew());
});

async function subscribeAnew(): Promise<void> {
  const { applicationServerKey } = await askOpenly<{ readonly applicationServerKey: string }>('hello');
  await tellAll(await readEnrolments(), await subscribe(self.registration, applicationServerKey));
}
