import type { Answer, Question } from './words.ts';

/** Questions and answers over a channel between two processes. */
export interface Asking {
  /** Undefined when the other does not know, does not answer in time, or is gone. */
  ask(about: string, more?: unknown): Promise<unknown>;
  /** To be given every question and every answer that comes. */
  hear(message: Question | Answer): void;
}

/** How long an answer may take, in milliseconds. */
const patienceMs = 1500;

/** `answer` is what one answers oneself. */
export function createAsking(
  send: (message: Question | Answer) => void,
  answer: (about: string, more: unknown) => Promise<unknown>,
): Asking {
  const asked = new Map<number, (value?: unknown) => void>();
  let last = 0;

  async function reply({ number, about, with: more }: Question): Promise<void> {
    const value = await answer(about, more).catch(() => undefined);
    send({ is: 'answer', number, value });
  }

  return {
    ask(about, more) {
      last += 1;
      const number = last;
      return new Promise((resolve) => {
        const late = setTimeout(() => settle(), patienceMs);
        const settle = (value?: unknown) => {
          clearTimeout(late);
          asked.delete(number);
          resolve(value);
        };
        asked.set(number, settle);
        send({ is: 'question', number, about, with: more });
      });
    },
    hear(message) {
      if (message.is === 'question') void reply(message);
      else asked.get(message.number)?.(message.value);
    },
  };
}
