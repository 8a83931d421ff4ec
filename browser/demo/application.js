/// <reference lib="dom" />
/** @import { DemoEid, DemoState } from '../../src/server/demo.ts' */

import { byId, listIn, setText } from './page.js';

/** Links to the pages on which the user of an eID is played. */
const showPlays = listIn(byId('application-plays'), (/** @type {DemoEid} */ { title }) => title, viewPlay);

/** Shows the way to the example application, where there is one. @param {DemoState} state */
export function showApplication({ application, eids }) {
  byId('application-section').hidden = application === undefined;
  if (application === undefined || !/^http:/.test(application)) return;
  const link = /** @type {HTMLAnchorElement} */ (byId('application-link'));
  // Written once: a link that is being followed is left alone.
  if (link.href !== application) link.href = application;
  showPlays(eids);
}

/** @returns {import('./page.js').View<DemoEid>} */
function viewPlay() {
  const root = document.createElement('li');
  const link = Object.assign(document.createElement('a'), { target: '_blank', rel: 'noreferrer' });
  root.append(link);
  return {
    root,
    update({ title, simulatorUrl }) {
      setText(link, title);
      if (/^http:/.test(simulatorUrl) && link.href !== simulatorUrl) link.href = simulatorUrl;
    },
  };
}
