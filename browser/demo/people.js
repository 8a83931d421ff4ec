/// <reference lib="dom" />
/** @import { DemoPerson, DemoToken } from '../../src/server/demo.ts' */
/** @import { View } from './page.js' */

// Everyone of the demo, with the codes that their tokens show.

import { tryOut } from './answers.js';
import { byId, listIn, setText, stamp } from './page.js';
import { known } from './server.js';

/** Shows people and their codes as they are at this moment. */
export const showPeople = listIn(byId('people'), ({ username }) => username, viewPerson);

/** Suggests user names where one is typed. */
export const showUsernames = listIn(byId('usernames'), ({ username }) => username, viewUsername);

/** @param {DemoPerson} person @returns {View<DemoPerson>} */
function viewUsername({ username }) {
  const root = document.createElement('option');
  root.value = username;
  return { root, update() {} };
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

/** @param {DemoPerson} person @returns {(first: DemoToken) => View<DemoToken>} */
function tokenOf({ username, displayName }) {
  return (first) => {
    let token = first;
    const { root, part } = stamp('token');
    part('whose').textContent = ` with the code of ${displayName}`;
    part('try').addEventListener('click', () => {
      if (token.code === undefined || known.failures > 0) return;
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
        part('try').ariaDisabled = String(code === undefined || known.failures > 0);
        part('countdown').hidden = type === 'hotp';
        const leftMs = Math.max(0, changesInMs - (performance.now() - known.receivedAt));
        setText(part('seconds'), String(Math.ceil(leftMs / 1000)));
        const share = Math.min(1, leftMs / (periodSeconds * 1000));
        part('ring').style.strokeDashoffset = String(100 - 100 * share);
        root.classList.toggle('soon', leftMs <= 5000);
      },
    };
  };
}

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
