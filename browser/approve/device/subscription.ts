import { askAs } from './ask.ts';
import { fromBase64url, toBase64url } from './bytes.ts';
import { type DeviceState, type Enrolment, type Signer, signers, toEnrolment } from './enrolment.ts';
import { keepEnrolment } from './keep.ts';

/** The browser's subscription for this server's key; one that was made for another key is given up. @throws DOMException when the browser gives none */
export async function subscribe(
  registration: ServiceWorkerRegistration,
  applicationServerKey: string,
): Promise<PushSubscription> {
  const there = await registration.pushManager.getSubscription();
  if (there !== null) {
    const key = there.options.applicationServerKey;
    if (key !== null && toBase64url(key) === applicationServerKey) return there;
    await there.unsubscribe();
  }
  return registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: fromBase64url(applicationServerKey),
  });
}

/** Tells the server how to wake one device. @throws Refusal, NoConnection */
export async function tellSubscription(
  enrolment: Enrolment & Signer,
  subscription: PushSubscription,
): Promise<Enrolment> {
  const { endpoint = '', keys } = subscription.toJSON();
  const target = { type: 'web', endpoint, p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' };
  const state = await askAs<DeviceState>(enrolment, 'push', target);
  const next = toEnrolment(state, { ...enrolment, endpoint });
  await keepEnrolment(next);
  return next;
}

/** Tells the server for every device that it does not know this subscription of. @throws Refusal, NoConnection */
export async function tellAll(enrolments: readonly Enrolment[], subscription: PushSubscription): Promise<void> {
  const { endpoint } = subscription;
  const untold = signers(enrolments).filter((each) => each.push !== 'active' || each.endpoint !== endpoint);
  await Promise.all(untold.map((each) => tellSubscription(each, subscription)));
}
