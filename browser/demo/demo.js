/// <reference lib="dom" />
/** @import { DemoPerson, DemoState, DemoToken } from '../../src/server/demo.ts' */
/** @import { View } from './page.js' */

import { viewEid } from './eids.js';
import { announce, byId, listIn, setText, stamp } from './page.js';

const operation = 'otp_token_auth';
const pollEveryMs = 1000;
/** The countdown moves this often between two polls. */
const tickEveryMs = 250;
const longestPauseMs = 15_000;
const patienceMs = 10_000;
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

// What the page knows.

/** @type {DemoState | undefined} */
let state;
let receivedAt = 0;
let failures = 0;
/** How often the server was asked: an answer that was overtaken by a later question is not shown. */
let polls = 0;
let retryAt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let nextPoll;
/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/** @param {string} id */
function inputOf(id) {
  return /** @type {HTMLInputElement} */ (byId(id));
}

// Asking the API, and telling what it answered.

/** The first tenant that may ask; in the demo, the one that is open to everybody on this computer. */
function tenant() {
  return state?.tenants.find(({ operations }) => operations.includes(operation))?.id ?? 't1';
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
async function tryOut(list, attempt) {
  if (list.ariaBusy === 'true') return;
  list.ariaBusy = 'true';
  const { request, response, text = '', tookMs = 0 } = await send(attempt);
  list.ariaBusy = null;
  const [word = '', meaning = ''] = inWords(attempt, response?.status);
  const { root, part } = stamp('answer');
  root.classList.add(response === undefined ? 'unknown' : response.ok ? 'good' : 'bad');
  part('word').textContent = word;
  part('meaning').textContent = meaning;
  part('request').textContent = request;
  if (response === undefined) part('replied').remove();
  else {
    const status = `${response.status} ${response.statusText}`.trim();
    const type = response.headers.get('content-type');
    const at = new Date().toLocaleTimeString('en-GB');
    part('figures').textContent = `${status} in ${tookMs.toFixed(1)} ms, at ${at}`;
    part('reply').textContent = [status, ...(type ? [`content-type: ${type}`] : []), '', text || '(empty body)'].join(
      '\n',
    );
  }
  const acceptedBefore = attempt.acceptedBefore || response?.ok || false;
  part('again').addEventListener('click', () => tryOut(list, { ...attempt, from: 'typed', acceptedBefore }));
  for (const old of list.querySelectorAll('[data-part="again"]')) {
    // The button that was pressed goes; the one that takes its place keeps the focus.
    const hadFocus = old === document.activeElement;
    old.remove();
    if (hadFocus) queueMicrotask(() => part('again').focus({ preventScroll: true }));
  }
  while (list.children.length >= answersKept) list.firstElementChild?.remove();
  list.append(root);
  announce(`${word}. ${meaning}`);
  await poll();
}

// The parts of the page.

/** @param {HTMLElement} where @param {string | undefined} code @param {number} digits */
function showCode(where, code, digits) {
  const text = code ?? '–'.repeat(digits);
  if (where.textContent === text) return;
  const size = digits % 3 === 0 ? 3 : digits % 4 === 0 ? 4 : 5;
  const groups = text.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
  where.replaceChildren(
    ...groups.map((group) => {
      const span = document.createElement('span');
      span.textContent = group;
      return span;
    }),
  );
  where.classList.toggle('used', code === undefined);
}

/** @param {DemoToken} token */
function kindOf({ type, digits, periodSeconds, code }) {
  if (code === undefined) return 'Used: wait for the next';
  const changes = type === 'totp' ? `changes every ${periodSeconds} s` : 'changes when used';
  return `${type.toUpperCase()}, ${digits} digits, ${changes}`;
}

/** @param {DemoPerson} person @returns {(first: DemoToken) => View<DemoToken>} */
function tokenOf({ username, displayName }) {
  return (first) => {
    let token = first;
    const { root, part } = stamp('token');
    part('whose').textContent = ` with the code of ${displayName}`;
    part('try').addEventListener('click', () => {
      if (token.code === undefined || failures > 0) return;
      part('answers').replaceChildren();
      tryOut(part('answers'), { username, otp: token.code, from: 'shown' });
    });
    return {
      root,
      update(now) {
        token = now;
        const { type, digits, periodSeconds, changesInMs, code } = token;
        showCode(part('code'), code, digits);
        setText(part('spoken'), code === undefined ? '' : `Code ${[...code].join(' ')}.`);
        setText(part('kind'), kindOf(token));
        part('try').ariaDisabled = String(code === undefined || failures > 0);
        part('countdown').hidden = type === 'hotp';
        const leftMs = Math.max(0, changesInMs - (performance.now() - receivedAt));
        setText(part('seconds'), String(Math.ceil(leftMs / 1000)));
        const share = Math.min(1, leftMs / (periodSeconds * 1000));
        part('ring').style.strokeDashoffset = String(100 - 100 * share);
        root.classList.toggle('soon', leftMs <= 5000);
      },
    };
  };
}

/** @param {DemoPerson} person @returns {View<DemoPerson>} */
function viewPerson(person) {
  const { root, part } = stamp('person');
  const showTokens = listIn(part('tokens'), ({ id }) => id, tokenOf(person));
  return {
    root,
    update({ username, displayName, password, tokens }) {
      setText(part('name'), displayName);
      setText(part('username'), username);
      setText(part('password'), password ?? '');
      part('password-row').hidden = password === undefined;
      part('tokens').hidden = tokens.length === 0;
      part('none').hidden = tokens.length > 0;
      showTokens(tokens);
    },
  };
}

/** @returns {View<DemoState['tryOut'][number]>} */
function viewCommand() {
  const { root, part } = stamp('command');
  part('copy').addEventListener('click', () => copy(part('line'), part('copy-word')));
  return {
    root,
    update({ title, command }) {
      setText(part('title'), title);
      setText(part('what'), `“${title}”`);
      if (part('line').textContent !== command) part('line').replaceChildren(...markCommand(command));
    },
  };
}

/** The command, option by option, with a code that this page shows set apart. @param {string} command */
function markCommand(command) {
  const codes = state?.people.flatMap(({ tokens }) => tokens.map(({ code }) => code)) ?? [];
  const shown = codes.find((code) => code !== undefined && command.includes(`"${code}"`));
  return command.split(/ (?=-|https?:)/).flatMap((option, index) => {
    const span = document.createElement('span');
    span.className = 'option';
    span.append(...setApart(option, shown));
    return index === 0 ? [span] : [' ', span];
  });
}

/** @param {string} text @param {string | undefined} code */
function setApart(text, code) {
  const at = code === undefined ? -1 : text.indexOf(`"${code}"`) + 1;
  if (code === undefined || at < 1) return [text];
  const marked = document.createElement('b');
  marked.textContent = code;
  return [text.slice(0, at), marked, text.slice(at + code.length)];
}

/** @param {HTMLElement} source @param {HTMLElement} word */
async function copy(source, word) {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    word.textContent = 'Copied';
    announce('Copied');
  } catch {
    // No clipboard, for example under a name that is not this computer's: the visitor copies what is selected.
    getSelection()?.selectAllChildren(source);
    word.textContent = 'Selected';
    announce('Selected: copy it with the keyboard');
  }
  setTimeout(() => setText(word, 'Copy'), 2000);
}

/** @returns {View<DemoState['tenants'][number]>} */
function viewTenant() {
  const { root, part } = stamp('tenant');
  return {
    root,
    update({ id, name, callers, operations }) {
      setText(part('id'), id);
      setText(part('name'), name);
      setText(part('callers'), `Who may ask: ${callers.join('; ')}`);
      if (part('operations').childElementCount === operations.length) return;
      part('operations').replaceChildren(
        ...operations.map((each) => {
          const code = document.createElement('code');
          code.textContent = each;
          return code;
        }),
      );
    },
  };
}

/** @returns {View<DemoState['operations'][number]>} */
function viewOperation() {
  const { root, part } = stamp('operation');
  return {
    root,
    update({ name, summary }) {
      setText(part('name'), name);
      setText(part('summary'), summary);
    },
  };
}

/** @param {string | undefined} url */
function showManagement(url) {
  const links = url === undefined || !/^https?:/.test(url) ? [] : ['/healthz', '/readyz', '/metrics'];
  const hrefs = links.map((path) => new URL(path, url).href);
  const there = [...byId('management').querySelectorAll('a')].map(({ href }) => href);
  if (hrefs.join() === there.join()) return;
  byId('management').replaceChildren(
    ...links.map((path, index) => {
      const link = document.createElement('a');
      link.href = hrefs[index] ?? '';
      link.textContent = path;
      return link;
    }),
  );
}

const showFirst = listIn(byId('first'), () => 'first', viewCommand);
const showCommands = listIn(byId('commands'), ({ title }) => title, viewCommand);
const showPeople = listIn(byId('people'), ({ username }) => username, viewPerson);
const showEids = listIn(byId('eids'), ({ title }) => title, viewEid);
const showTenants = listIn(byId('tenants'), ({ id }) => id, viewTenant);
const showOperations = listIn(byId('operations'), ({ name }) => name, viewOperation);
const showUsernames = listIn(byId('usernames'), ({ username }) => username, viewUsername);

/** @param {DemoPerson} person @returns {View<DemoPerson>} */
function viewUsername({ username }) {
  const root = document.createElement('option');
  root.value = username;
  return { root, update() {} };
}

function showAll() {
  if (state === undefined) return;
  const { version, tryOut: lines, people, eids, tenants, operations, managementUrl } = state;
  setText(byId('version'), `version ${version}`);
  showFirst(lines.slice(0, 1));
  showCommands(lines.slice(1));
  showUsernames(people);
  byId('eid-section').hidden = eids.length === 0;
  showEids(eids);
  showTenants(tenants);
  showOperations(operations);
  showManagement(managementUrl);
  tick();
}

/** What moves between two polls: the countdowns, and the wait for a server that is away. */
function tick() {
  byId('people').classList.toggle('stale', failures > 0);
  if (state !== undefined) showPeople(state.people);
  byId('away').hidden = failures === 0;
  const seconds = Math.ceil((retryAt - performance.now()) / 1000);
  setText(byId('away-next'), seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …');
}

// Keeping up with the server, while somebody looks.

/** Asks what there is to show, shows it, and plans the next time. */
async function poll() {
  clearTimeout(nextPoll);
  if (document.hidden) return;
  polls += 1;
  const turn = polls;
  const found = await fetchState();
  if (turn !== polls) return;
  const wasAway = failures > 0;
  failures = found === undefined ? failures + 1 : 0;
  if (found !== undefined) {
    state = found;
    receivedAt = performance.now();
    showAll();
  }
  if (wasAway !== failures > 0) {
    announce(wasAway ? 'Portvakt answers again.' : 'Portvakt does not answer. The page tries again by itself.');
  }
  const pause = failures === 0 ? untilNextChange() : Math.min(longestPauseMs, pollEveryMs * 2 ** (failures - 1));
  retryAt = performance.now() + pause;
  tick();
  clearTimeout(nextPoll);
  if (!document.hidden) nextPoll = setTimeout(poll, pause);
}

/** @returns {Promise<DemoState | undefined>} undefined when the server is away */
async function fetchState() {
  try {
    const response = await fetch('/demo/state', { signal: AbortSignal.timeout(patienceMs) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** A second, or less when a code changes before that. */
function untilNextChange() {
  const changes = state?.people.flatMap(({ tokens }) => tokens.map(({ changesInMs }) => changesInMs)) ?? [];
  return Math.min(pollEveryMs, ...changes.filter((ms) => ms > 0).map((ms) => ms + 20));
}

function attend() {
  clearInterval(ticking);
  clearTimeout(nextPoll);
  if (document.hidden) return;
  ticking = setInterval(tick, tickEveryMs);
  poll();
}

byId('away-now').addEventListener('click', poll);
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  byId('form-answers').replaceChildren();
  tryOut(byId('form-answers'), { username: inputOf('username').value, otp: inputOf('otp').value, from: 'typed' });
});
document.addEventListener('visibilitychange', attend);
attend();
