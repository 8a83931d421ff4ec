/// <reference lib="dom" />

// Asking the API for a code to be checked, and telling what it answered.

import { announce, stamp } from './page.js';
import { known, patienceMs, poll } from './server.js';

const operation = 'otp_token_auth';
/** So many of the latest answers stay in view under a code. */
const answersKept = 3;

/**
 * One request to the API.
 * @typedef {object} Attempt
 * @property {string} username
 * @property {string} otp
 * @property {'shown' | 'typed'} from where the code comes from: this page shows it, or the visitor typed it
 * @property {boolean} [acceptedBefore] the same code was accepted earlier
 */

/** The first tenant that may ask; in the demo, the one that is open to everybody on this computer. */
function tenant() {
  return known.state?.tenants.find(({ operations }) => operations.includes(operation))?.id ?? 't1';
}

/** @param {Attempt} attempt */
async function send({ username, otp }) {
  const path = `/api/authentication/${operation}`;
  const headers = { tenant: tenant(), 'content-type': 'application/json' };
  const body = JSON.stringify({ username, otp });
  const lines = [`PUT ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body];
  const request = lines.join('\n');
  const began = performance.now();
  try {
    const response = await fetch(path, { method: 'PUT', headers, body, signal: AbortSignal.timeout(patienceMs) });
    const text = await response.text();
    return { request, response, text, tookMs: performance.now() - began };
  } catch {
    return { request };
  }
}

const words = {
  accepted: ['Accepted', 'The code is right and had not been used. Now it has.'],
  used: ['Refused', 'As it must be: each code is accepted once.'],
  shown: ['Refused', 'The code has just changed, or the person is locked after too many refusals.'],
  refused: [
    'Refused',
    'The answer does not tell why: whether the person, the code or its reuse is at fault looks the same.',
  ],
  malformed: ['Not understood', 'The answer says what is missing or malformed.'],
  later: ['Not now', 'The server asks to try again later.'],
  unexpected: ['Not accepted', 'The answer says what is wrong.'],
  silence: ['No answer', 'Whether the code was used is not known.'],
};

/** @param {Attempt} attempt @param {number | undefined} status */
function inWords({ from, acceptedBefore }, status) {
  if (status === undefined) return words.silence;
  if (status === 200) return words.accepted;
  if (status === 403 && acceptedBefore) return words.used;
  if (status === 403) return from === 'shown' ? words.shown : words.refused;
  if (status === 400) return words.malformed;
  return status === 429 || status === 503 ? words.later : words.unexpected;
}

/**
 * Sends the attempt and adds its answer to the list.
 * @param {Element} list
 * @param {Attempt} attempt
 */
export async function tryOut(list, attempt) {
  if (list.ariaBusy === 'true') return;
  list.ariaBusy = 'true';
  const sent = await send(attempt);
  list.ariaBusy = null;
  const [word = '', meaning = ''] = inWords(attempt, sent.response?.status);
  const { root, part } = viewAnswer(word, meaning, sent);
  const acceptedBefore = attempt.acceptedBefore || sent.response?.ok || false;
  part('again').addEventListener('click', () => tryOut(list, { ...attempt, from: 'typed', acceptedBefore }));
  takeOver(list, part('again'));
  while (list.children.length >= answersKept) list.firstElementChild?.remove();
  list.append(root);
  announce(`${word}. ${meaning}`);
  await poll();
}

/** @param {string} word @param {string} meaning @param {Awaited<ReturnType<typeof send>>} sent */
function viewAnswer(word, meaning, { request, response, text = '', tookMs = 0 }) {
  const { root, part } = stamp('answer');
  root.classList.add(response === undefined ? 'unknown' : response.ok ? 'good' : 'bad');
  part('word').textContent = word;
  part('meaning').textContent = meaning;
  part('request').textContent = request;
  if (response === undefined) {
    part('replied').remove();
    return { root, part };
  }
  const status = `${response.status} ${response.statusText}`.trim();
  const type = response.headers.get('content-type');
  const lines = [status, ...(type ? [`content-type: ${type}`] : []), '', text || '(empty body)'];
  part('figures').textContent = `${status} in ${tookMs.toFixed(1)} ms, at ${new Date().toLocaleTimeString('en-GB')}`;
  part('reply').textContent = lines.join('\n');
  return { root, part };
}

/** Only the latest answer can be sent again. @param {Element} list @param {HTMLElement} again */
function takeOver(list, again) {
  for (const old of list.querySelectorAll('[data-part="again"]')) {
    // The button that was pressed goes; the one that takes its place keeps the focus.
    const hadFocus = old === document.activeElement;
    old.remove();
    if (hadFocus) queueMicrotask(() => again.focus({ preventScroll: true }));
  }
}
