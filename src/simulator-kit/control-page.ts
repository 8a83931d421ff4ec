import { testPeople } from './people.ts';
import type { SimControl, Simulator } from './simulator.ts';

/** What the page and the tests reach. */
export interface Controlled {
  readonly control: SimControl;
  readonly simulator: Pick<Simulator, 'act' | 'orders' | 'faults' | 'calls' | 'clock' | 'ca' | 'url'>;
}

/** How the page looks: calm, light and dark. */
export const pageStyle = `
:root { color-scheme: light dark; --edge: light-dark(#d5d9df, #3a4049); --quiet: light-dark(#5b6470, #a4adb9);
  --card: light-dark(#fff, #1d2127); --ground: light-dark(#f4f6f8, #14171b); --accent: light-dark(#1d5fa8, #8ab8f0); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--ground);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; color: var(--quiet); }
.bar { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-top: 1.25rem; }
label { display: grid; gap: .2rem; font-size: .85rem; color: var(--quiet); }
select, button, input { font: inherit; padding: .4rem .7rem; border: 1px solid var(--edge); border-radius: .4rem;
  background: var(--card); color: inherit; max-width: 100%; }
button { cursor: pointer; color: var(--accent); } button:disabled { cursor: default; opacity: .45; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.order { background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; padding: 1rem; margin-bottom: .75rem; }
.order.over { background: none; }
.order header { display: flex; justify-content: space-between; gap: 1rem; overflow-wrap: anywhere; }
.state { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin: .6rem 0; font-size: .9rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; } td { border-top: 1px solid var(--edge); padding: .2rem .5rem .2rem 0; }
#told { min-height: 1.5rem; color: inherit; }
`;

/** What the page does: it asks for the orders every second, and presses the buttons. */
export const pageScript = `
'use strict';
const at = (id) => document.getElementById(id);
const parts = JSON.parse(at('parts').textContent);
const made = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
async function ask(method, path, fields) {
  const body = fields && JSON.stringify(fields);
  const answer = await fetch(path, { method, body, headers: fields ? { 'content-type': 'application/json' } : {} });
  const said = await answer.json();
  at('told').textContent = answer.ok ? '' : said.error;
  return answer.ok ? said : undefined;
}
function card(order) {
  const box = made('article', '', { className: order.isOpen ? 'order' : 'order over' });
  const head = made('header', '');
  head.append(made('span', order.ref), made('span', order.state, { className: 'state' }));
  const list = made('dl', '');
  for (const [name, text] of Object.entries(order.details)) list.append(made('dt', name), made('dd', text));
  const buttons = made('div', '', { className: 'buttons' });
  for (const [name, action] of Object.entries(parts.actions)) {
    const button = made('button', action.label, { type: 'button' });
    button.dataset.key = order.ref + ' ' + name;
    button.onclick = async () => {
      const given = action.takesPerson ? { person: at('person').value } : {};
      await ask('POST', '/orders/' + encodeURIComponent(order.ref) + '/' + name, given);
      refresh();
    };
    buttons.append(button);
  }
  box.append(head, list);
  if (order.isOpen) box.append(buttons);
  return box;
}
let shown = '';
async function refresh() {
  const fault = await fetch('/fault').then((answer) => answer.json()).catch(() => undefined);
  if (fault && document.activeElement !== at('fault')) at('fault').value = fault.current ? fault.current.name : '';
  const orders = await fetch('/orders').then((answer) => answer.json()).catch(() => undefined);
  const text = JSON.stringify(orders);
  if (orders === undefined || text === shown) return;
  shown = text;
  const held = document.activeElement && document.activeElement.dataset.key;
  at('orders').replaceChildren(...orders.map(card));
  if (orders.length === 0) at('orders').append(made('p', 'Nobody is waiting.'));
  for (const button of document.querySelectorAll('[data-key]')) if (button.dataset.key === held) button.focus();
  const calls = await fetch('/calls?last=12').then((answer) => answer.json());
  at('calls').replaceChildren(...calls.reverse().map(({ at: when, method, path }) => {
    const row = made('tr', '');
    row.append(made('td', new Date(when).toLocaleTimeString()), made('td', method), made('td', path));
    return row;
  }));
}
at('fault').onchange = () => ask('PUT', '/fault', { name: at('fault').value });
at('skip').onclick = async () => { await ask('POST', '/clock', { advanceSeconds: 60 }); refresh(); };
setInterval(refresh, 1000);
refresh();
`;

/** The page, complete in itself. */
export function controlPage({ control, simulator }: Controlled): string {
  const { title, intro, actions } = control;
  const people = testPeople.map(({ personalNumber, givenName, surname }) =>
    option(personalNumber, `${givenName} ${surname}, ${personalNumber}`),
  );
  const { names, current } = simulator.faults;
  const faults = Object.entries(names).map(([name, summary]) => option(name, summary, name === current?.name));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title>
<style>${pageStyle}</style></head><body><main>
<h1>${text(title)}</h1><p>${text(intro)}</p><p>It answers at ${text(simulator.url)}; nobody here exists.</p>
<div class="bar"><label>Test person<select id="person">${people.join('')}</select></label>
<label>What goes wrong<select id="fault"><option value="">Nothing</option>${faults.join('')}</select></label>
<button type="button" id="skip">Let a minute pass</button></div><p id="told" role="status"></p>
<h2>Orders</h2><div id="orders"></div><h2>Latest calls</h2><table><tbody id="calls"></tbody></table></main>
<script type="application/json" id="parts">${JSON.stringify({ actions }).replaceAll('<', '\\u003c')}</script>
<script>${pageScript}</script></body></html>`;
}

function option(value: string, label: string, isChosen = false): string {
  return `<option value="${text(value)}"${isChosen ? ' selected' : ''}>${text(label)}</option>`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
