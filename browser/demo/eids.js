/// <reference lib="dom" />
/** @import { DemoEid } from '../../src/server/demo.ts' */
/** @import { View } from './page.js' */

import { announce, byId, listIn, setText, stamp } from './page.js';

/** Shows the eIDs that are played here. */
export const showEids = listIn(byId('eids'), ({ title }) => title, viewEid);

const askEveryMs = 1500;
const patienceMs = 20_000;
/** So much of a value is shown: signatures have thousands of characters. */
const shownLength = 60;

/** While an identification stands so, one asks again. */
const goesOn = new Set([
  'OUTSTANDING_TRANSACTION',
  'NO_CLIENT',
  'STARTED',
  'USER_SIGN',
  'USER_MRTD',
  'USER_CALL_CONFIRM',
  'USER_STEP_UP',
  'USER_FACE',
  'PROCESSING',
  'PENDING',
  'DELIVERED_TO_MOBILE',
]);

/**
 * Asks for an operation; undefined when there is no answer.
 * @param {string} tenant @param {string} operation @param {object} body
 */
async function ask(tenant, operation, body) {
  try {
    const response = await fetch(`/api/authentication/${operation}`, {
      method: 'PUT',
      headers: { tenant, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    /** @type {Record<string, string>} */
    const properties = await response.json();
    return { isGood: response.ok, properties };
  } catch {
    return undefined;
  }
}

/** @param {Record<string, unknown>} properties */
function inLines(properties) {
  const lines = Object.entries(properties).map(([name, value]) => {
    const text = String(value);
    return `${name}: ${text.length > shownLength ? `${text.slice(0, shownLength)}…` : text}`;
  });
  return lines.join('\n');
}

/** @returns {View<DemoEid>} */
function viewEid(/** @type {DemoEid} */ first) {
  let eid = first;
  /** Which identification is asked about: a later start ends the questions of the one before. */
  let turn = 0;
  const { root, part } = stamp('eid');
  const play = /** @type {HTMLAnchorElement} */ (part('play'));

  /** @param {string} word @param {Record<string, unknown>} properties */
  function show(word, properties) {
    if (part('status').textContent !== word) announce(`${eid.title}: ${word}`);
    setText(part('status'), word);
    setText(part('answer'), inLines(properties));
  }

  async function run() {
    turn += 1;
    const mine = turn;
    const { tenant, start, check } = eid;
    const started = await ask(tenant, start.operation, start.body);
    if (mine !== turn) return;
    show(started?.isGood ? 'Started: now play the user' : 'Not started', started?.properties ?? {});
    const which = { [check.property]: started?.properties[check.property] };
    while (started?.isGood && mine === turn) {
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
      if (mine !== turn || !(await look(tenant, check.operation, which))) return;
    }
  }

  /** Shows how it stands; true while it goes on. @param {string} tenant @param {string} operation @param {object} which */
  async function look(tenant, operation, which) {
    const mine = turn;
    const said = await ask(tenant, operation, which);
    if (mine !== turn) return false;
    const { status = '' } = said?.properties ?? {};
    show(said?.isGood ? status : 'No answer', said?.properties ?? {});
    return said?.isGood && goesOn.has(status);
  }

  part('start').addEventListener('click', run);
  return {
    root,
    update(now) {
      eid = now;
      setText(part('title'), eid.title);
      setText(part('whose'), ` with ${eid.title}`);
      setText(part('play-whose'), ` of ${eid.title}`);
      if (/^http:/.test(eid.simulatorUrl)) play.href = eid.simulatorUrl;
    },
  };
}
