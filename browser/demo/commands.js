/// <reference lib="dom" />
/** @import { DemoState } from '../../src/server/demo.ts' */
/** @import { View } from './page.js' */

// Lines for the terminal, ready to paste.

import { announce, byId, listIn, setText, stamp } from './page.js';
import { known } from './server.js';

const showFirst = listIn(byId('first'), () => 'first', viewCommand);
const showOthers = listIn(byId('commands'), ({ title }) => title, viewCommand);

/** Shows the lines: the first at the top of the page. @param {DemoState['tryOut']} lines */
export function showCommands(lines) {
  showFirst(lines.slice(0, 1));
  showOthers(lines.slice(1));
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
  const codes = known.state?.people.flatMap(({ tokens }) => tokens.map(({ code }) => code)) ?? [];
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
