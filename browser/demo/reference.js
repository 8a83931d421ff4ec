/// <reference lib="dom" />
/** @import { DemoState } from '../../src/server/demo.ts' */
/** @import { View } from './page.js' */

// Who may ask for what, and where to read on.

import { byId, listIn, setText, stamp } from './page.js';

const showTenants = listIn(byId('tenants'), ({ id }) => id, viewTenant);
const showOperations = listIn(byId('operations'), ({ name }) => name, viewOperation);

/** Shows version, tenants, operations and links. @param {DemoState} state */
export function showReference({ version, tenants, operations, managementUrl }) {
  setText(byId('version'), `version ${version}`);
  showTenants(tenants);
  showOperations(operations);
  showManagement(managementUrl);
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
