import type { Enrolment } from './enrolment.ts';

// What this browser keeps: IndexedDB, because only there a key lies that no script can read.

/** An answer that was given here. */
export interface PastAnswer {
  readonly at: number;
  readonly asker: string;
  readonly message: string;
  readonly person: string;
  readonly outcome: Outcome;
}

/** What became of an answer. docs/approval-protocol.md, `answer` */
export type Outcome = 'approved' | 'rejected' | 'paused' | 'wrong-number';

/** So many answers are kept. */
const answersKept = 20;

let opened: Promise<IDBDatabase> | undefined;

function openDatabase(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('portvakt-approve', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('enrolments', { keyPath: 'id' });
      request.result.createObjectStore('answers', { keyPath: 'at' });
      request.result.createObjectStore('settings');
    };
    request.onsuccess = () => {
      // Another window has a newer app: let it upgrade.
      request.result.onversionchange = () => {
        request.result.close();
        opened = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

async function within<T>(
  store: 'enrolments' | 'answers' | 'settings',
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const transaction = (await openDatabase()).transaction(store, mode);
  const request = work(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

/** The enrolments, oldest first. @throws DOMException when this browser keeps nothing */
export async function readEnrolments(): Promise<readonly Enrolment[]> {
  const all: Enrolment[] = await within('enrolments', 'readonly', (store) => store.getAll());
  return all.sort((one, other) => one.enrolledAt - other.enrolledAt);
}

/** Keeps an enrolment in the place of the one with the same id. */
export async function keepEnrolment(enrolment: Enrolment): Promise<void> {
  await within('enrolments', 'readwrite', (store) => store.put(enrolment));
}

/** Forgets an enrolment, with its key. */
export async function forgetEnrolment(id: string): Promise<void> {
  await within('enrolments', 'readwrite', (store) => store.delete(id));
}

/** The latest answers, newest first. */
export async function readAnswers(): Promise<readonly PastAnswer[]> {
  const all: PastAnswer[] = await within('answers', 'readonly', (store) => store.getAll());
  return all.reverse().slice(0, answersKept);
}

/** Keeps an answer, and forgets those that are too many. */
export async function keepAnswer(answer: PastAnswer): Promise<void> {
  await within('answers', 'readwrite', (store) => store.put(answer));
  const oldest = (await readAnswers()).at(-1);
  if (oldest !== undefined) {
    await within('answers', 'readwrite', (store) => store.delete(IDBKeyRange.upperBound(oldest.at, true)));
  }
}

/** Forgets all answers. */
export async function forgetAnswers(): Promise<void> {
  await within('answers', 'readwrite', (store) => store.clear());
}

/** The language that was chosen; undefined while none was. */
export function readLanguage(): Promise<string | undefined> {
  return within('settings', 'readonly', (store) => store.get('language'));
}

/** Keeps the language for the service worker too. */
export async function keepLanguage(language: string): Promise<void> {
  await within('settings', 'readwrite', (store) => store.put(language, 'language'));
}
