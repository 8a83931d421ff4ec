import { chooseLanguage, type Language } from '../../kit/language.ts';
import { signers } from '../device/enrolment.ts';
import { keepLanguage, readAnswers, readEnrolments, readLanguage } from '../device/keep.ts';
import { attend } from './attention.ts';
import { greet, refresh } from './connection.ts';
import { lookAt, takeCode } from './enrolling.ts';
import { current, onChange, show, update } from './state.ts';
import { arrangeWaking } from './waking.ts';
import { words } from './words/index.ts';

/** Begins: what this browser keeps is shown first, then what the server says of it. */
export async function start(): Promise<void> {
  const first = takeCode();
  setLanguage(chooseLanguage(navigator.languages));
  if (!isSecureContext) return show({ name: 'unusable', why: 'insecure' });
  try {
    const [enrolments, answers, language] = await Promise.all([readEnrolments(), readAnswers(), readLanguage()]);
    if (language !== undefined) setLanguage(chooseLanguage([language]));
    update({ enrolments, answers });
  } catch {
    return show({ name: 'unusable', why: 'no-storage' });
  }
  listen();
  // Another link may have been opened here before anybody listened.
  const code = takeCode() ?? first;
  if (code === undefined) show({ name: 'home' });
  else void lookAt(code);
  await lookAround();
}

/** Asks the server how all stands, and goes on from there. */
async function lookAround(): Promise<void> {
  attend();
  await greet();
  await refresh();
  await arrangeWaking();
}

/** Changes the language, here and for notifications. */
export async function chooseTo(language: Language): Promise<void> {
  setLanguage(language);
  await keepLanguage(language);
}

function setLanguage(language: Language): void {
  update({ language });
  document.documentElement.lang = words[language].locale;
}

function listen(): void {
  navigator.serviceWorker?.register('/approve/sw.js').catch(() => undefined);
  // The worker says that a notification was opened.
  navigator.serviceWorker?.addEventListener('message', attend);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) attend();
    else void lookAround();
  });
  addEventListener('online', () => void lookAround());
  addEventListener('offline', () => update({ isOffline: true }));
  addEventListener('hashchange', () => {
    const code = takeCode();
    if (code !== undefined) void lookAt(code);
  });
  let count = signers(current().enrolments).length;
  onChange(() => {
    const now = signers(current().enrolments).length;
    if (now === count) return;
    count = now;
    attend();
  });
}
