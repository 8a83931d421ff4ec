/// <reference lib="dom" />

// The demo page: what it shows when, and what its form does.

import { tryOut } from './answers.js';
import { showApplication } from './application.js';
import { mountApprove } from './approve.js';
import { showCommands } from './commands.js';
import { showEids } from './eids.js';
import { showOutbox } from './outbox.js';
import { byId, inputOf, setText } from './page.js';
import { showPeople, showUsernames } from './people.js';
import { showReference } from './reference.js';
import { follow, known, poll } from './server.js';

function show() {
  if (known.state === undefined) return;
  const { people, tryOut: lines, outbox, eids } = known.state;
  showCommands(lines);
  showUsernames(people);
  showOutbox(outbox);
  byId('eid-section').hidden = eids.length === 0;
  showEids(eids);
  showApplication(known.state);
  showReference(known.state);
}

/** What moves between two polls: the countdowns, and the wait for a server that is away. */
function tick() {
  const { state, failures, retryAt } = known;
  byId('people').classList.toggle('stale', failures > 0);
  if (state !== undefined) showPeople(state.people);
  byId('away').hidden = failures === 0;
  const seconds = Math.ceil((retryAt - performance.now()) / 1000);
  setText(byId('away-next'), seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …');
}

byId('away-now').addEventListener('click', poll);
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  byId('form-answers').replaceChildren();
  tryOut(byId('form-answers'), { username: inputOf('username').value, otp: inputOf('otp').value, from: 'typed' });
});
mountApprove(byId('approve'));
follow({ show, tick });
