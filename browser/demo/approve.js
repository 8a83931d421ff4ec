/// <reference lib="dom" />
/** @import { DemoState } from '../../src/server/demo.ts' */

// Approving on the phone, seen from both sides: this page is the application, a window beside it the telephone.

const person = { username: 'wgretzky', called: 'Wayne' };
const operations = ['onetouch_enroll', 'onetouch_start_auth', 'onetouch_check_auth', 'onetouch_cancel'];
const patienceMs = 30_000;

/** What each status means to somebody who waits. */
const meanings = /** @type {Readonly<Record<string, readonly [string, string]>>} */ ({
  PENDING: ['unknown', 'No device has looked at it yet.'],
  IN_PROGRESS: ['unknown', `${person.called} has it on the screen.`],
  CONFIRMED: ['good', `${person.called} approved. The application lets him in.`],
  REJECTED: ['bad', `${person.called} said no. Nobody is signed in.`],
  ERROR: ['bad', 'It ended without an answer that counts: time over, taken back, or the wrong number.'],
});

/** The assignment that is followed: an older one is not heard any more. */
let followed = '';
let tenant = '';

/** Puts the area into the element, once the server is known to have what it takes; the element is hidden until then. @param {HTMLElement} root */
export async function mountApprove(root) {
  root.hidden = true;
  const response = await fetch('/demo/state');
  const { tenants } = /** @type {DemoState} */ (await response.json());
  const able = tenants.find((each) => operations.every((operation) => each.operations.includes(operation)));
  if (able === undefined) return;
  tenant = able.id;
  const outcome = make('div', {});
  const heading = make('h2', { id: 'approve-heading', textContent: 'Approve on the phone' });
  root.setAttribute('aria-labelledby', heading.id);
  root.replaceChildren(heading, intro(), telephone(), application(outcome), outcome);
  root.hidden = false;
}

function intro() {
  return make('p', {
    className: 'intro',
    textContent: `Make this browser ${person.called}’s phone: it opens in a window of its own. Then sign in as him here, and answer there.`,
  });
}

function telephone() {
  const button = make('button', { type: 'button', className: 'button primary' });
  button.textContent = `1. Make this browser ${person.called}’s phone`;
  const told = make('p', { className: 'intro', ariaLive: 'polite' });
  button.addEventListener('click', () =>
    once(button, async () => {
      const { reply } = await put('onetouch_enroll', { username: person.username });
      const { code } = reply;
      if (code === undefined) return told.replaceChildren('Portvakt made no invitation. Is it running?');
      // The link in the answer is for other devices; this one reaches the server as it does now.
      const link = `${location.origin}/approve/#${code}`;
      open(link, 'portvakt-phone', 'popup,width=420,height=860');
      const anchor = make('a', { href: link, target: 'portvakt-phone', textContent: 'this link' });
      told.replaceChildren(
        'The phone opened in another window. If it did not: ',
        anchor,
        ' works once, for ten minutes.',
      );
    }),
  );
  const row = make('div', {});
  row.append(button, told);
  return row;
}

/** @param {HTMLElement} outcome */
function application(outcome) {
  const form = make('form', { className: 'panel by-hand', autocomplete: 'off' });
  const message = make('input', { id: 'approve-message', maxLength: 500, placeholder: 'nothing but the sign-in' });
  const match = make('select', { id: 'approve-match', className: 'button' });
  match.append(new Option('no', ''), new Option('yes', 'true'));
  const button = make('button', { type: 'submit', className: 'button primary' });
  button.textContent = `2. Sign in as ${person.called}`;
  form.append(field('What is to be approved', message), field('A number to type', match), button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const context = { context_application: `Demo page at ${location.host}`, context_address: location.hostname };
    const said = { ...(message.value && { message: message.value }), ...(match.value && { match: match.value }) };
    void once(button, () => start({ username: person.username, ...said, ...context }, outcome));
  });
  return form;
}

/** @param {string} label @param {HTMLElement} input */
function field(label, input) {
  const box = make('div', { className: 'field' });
  box.append(make('label', { htmlFor: input.id, textContent: label }), input);
  return box;
}

/** @param {Record<string, string>} request @param {HTMLElement} outcome */
async function start(request, outcome) {
  const started = await put('onetouch_start_auth', request);
  const { assignmentid, number } = started.reply;
  const view = viewAssignment(number);
  view.tell('start', started);
  outcome.replaceChildren(view.root);
  if (assignmentid === undefined) return view.show('ERROR');
  view.cancel.addEventListener('click', () => once(view.cancel, () => put('onetouch_cancel', { assignmentid })));
  view.show('PENDING');
  followed = assignmentid;
  void follow(assignmentid, view);
}

/** Asks until the status is final; the question is parked until there is something new. @param {string} assignmentid @param {ReturnType<typeof viewAssignment>} view */
async function follow(assignmentid, view) {
  for (let pauseMs = 0; followed === assignmentid; ) {
    const polled = await put('onetouch_check_auth', { assignmentid }, { prefer: 'wait=20' });
    const { status } = polled.reply;
    if (followed !== assignmentid) return;
    view.tell('check', polled);
    if (status !== undefined) view.show(status);
    if (status !== undefined && !['PENDING', 'IN_PROGRESS'].includes(status)) return;
    // A server that is away, or does not park, is not to be asked without end.
    pauseMs = status === undefined ? 3000 : 200;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** @param {string | undefined} number */
function viewAssignment(number) {
  const root = make('section', { className: 'answer', ariaLabel: 'The sign-in' });
  const verdict = make('p', { className: 'verdict', ariaLive: 'polite' });
  const word = make('strong', {});
  const meaning = make('span', {});
  verdict.append(word, ' ', meaning);
  const cancel = make('button', { type: 'button', className: 'button', textContent: 'Take it back' });
  const parts = { start: exchange(), check: exchange() };
  root.append(verdict);
  if (number !== undefined) {
    const shown = make('p', { className: 'code', textContent: number });
    root.append(make('p', { className: 'intro', textContent: `${person.called} types this on the phone:` }), shown);
  }
  root.append(parts.start.root, parts.check.root, cancel);
  return {
    root,
    cancel,
    /** @param {string} status */
    show(status) {
      const [tone = 'unknown', text = ''] = meanings[status] ?? [];
      root.className = `answer ${tone}`;
      word.textContent = status;
      meaning.textContent = text;
      cancel.hidden = tone !== 'unknown';
    },
    /** @param {keyof typeof parts} which @param {Awaited<ReturnType<typeof put>>} told */
    tell(which, { request, answer }) {
      parts[which].root.hidden = false;
      parts[which].request.textContent = request;
      parts[which].answer.textContent = answer;
    },
  };
}

function exchange() {
  const root = make('div', { className: 'exchange', hidden: true });
  const request = make('pre', {});
  const answer = make('pre', {});
  root.append(side('Request', request), side('Answer', answer));
  return { root, request, answer };
}

/** @param {string} name @param {HTMLElement} content */
function side(name, content) {
  const box = make('div', { className: 'exchange-side' });
  box.append(make('p', { textContent: name }), content);
  return box;
}

/**
 * Asks for an operation, as an application does. No answer is an empty reply.
 * @param {string} operation @param {Record<string, string>} body @param {Record<string, string>} [more] headers
 */
async function put(operation, body, more = {}) {
  const path = `/api/authentication/${operation}`;
  const headers = /** @type {Record<string, string>} */ ({ tenant, 'content-type': 'application/json', ...more });
  const lines = [`PUT ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  const request = [...lines, '', JSON.stringify(body)].join('\n');
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const response = await fetch(path, { method: 'PUT', headers, body: JSON.stringify(body), signal });
    const text = await response.text();
    const answer = `${`${response.status} ${response.statusText}`.trim()}\n\n${text}`;
    const reply = /** @type {Record<string, string | undefined>} */ (JSON.parse(text));
    return { request, answer, reply: response.ok ? reply : {} };
  } catch {
    return { request, answer: 'No answer', reply: /** @type {Record<string, string | undefined>} */ ({}) };
  }
}

/** Does something, once at a time. @param {HTMLElement} button @param {() => Promise<unknown>} work */
async function once(button, work) {
  if (button.ariaDisabled === 'true') return;
  button.ariaDisabled = 'true';
  await work();
  button.ariaDisabled = null;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Partial<HTMLElementTagNameMap[T]>} properties
 * @returns {HTMLElementTagNameMap[T]}
 */
function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
