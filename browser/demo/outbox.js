/// <reference lib="dom" />
/** @import { DemoMessage } from '../../src/server/demo.ts' */
/** @import { View } from './page.js' */

// Messages that the demo kept instead of sending them.

import { byId, listIn, setText, stamp } from './page.js';

const showMessages = listIn(byId('outbox'), ({ id }) => id, viewMessage);

/**
 * Messages that were there before; undefined until the first are shown.
 * @type {Set<string> | undefined}
 */
let seen;

/** Shows the messages, newest first, and says what is new. @param {readonly DemoMessage[] | undefined} messages undefined: none are kept */
export function showOutbox(messages) {
  byId('outbox-section').hidden = messages === undefined;
  if (messages === undefined) return;
  byId('outbox-empty').hidden = messages.length > 0;
  showMessages(messages);
  const before = seen;
  seen = new Set(messages.map(({ id }) => id));
  // Who has just come is not told what was there already.
  if (before === undefined) return;
  const [newest, ...others] = messages.filter(({ id }) => !before.has(id));
  if (newest === undefined) return;
  const news = others.length === 0 ? `to ${newest.to}: ${newest.text}` : `and ${others.length} more`;
  byId('outbox-news').textContent = `New message in the outbox ${news}`;
}

/** @returns {View<DemoMessage>} */
function viewMessage() {
  const { root, part } = stamp('message');
  return {
    root,
    update({ at, to, text }) {
      const time = new Date(at);
      setText(part('to'), to);
      setText(part('text'), text);
      setText(part('at'), time.toLocaleTimeString('en-GB'));
      part('at').setAttribute('datetime', time.toISOString());
    },
  };
}
