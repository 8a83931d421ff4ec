/// <reference lib="dom" />

// Small tools for the page. Everything foreign goes through textContent or append, never through markup.

/**
 * Something on the page that is made once and then kept up to date.
 * @template T
 * @typedef {{ root: Element, update(item: T): void }} View
 */

/** The element with this id, which the page has. @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** The field with this id. @param {string} id */
export function inputOf(id) {
  return /** @type {HTMLInputElement} */ (byId(id));
}

/**
 * A copy of a template, and its parts by name.
 * @param {string} id
 */
export function stamp(id) {
  const { content } = /** @type {HTMLTemplateElement} */ (byId(`${id}-template`));
  const root = document.importNode(content, true).firstElementChild;
  if (root === null) throw new Error(`the template ${id} is empty`);
  /** @param {string} name */
  const part = (name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
  return { root, part };
}

/** Shows a text. @param {Element} element @param {string} text */
export function setText(element, text) {
  // Writing the same text again would lose the visitor's selection.
  if (element.textContent !== text) element.textContent = text;
}

/** Says something to those who listen to the page, when they are at leisure. @param {string} text */
export function announce(text) {
  byId('status').textContent = text;
}

/**
 * Keeps the children of `parent` in step with a list: one view for each key, made once, removed with its item.
 * @template T
 * @param {Element} parent
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => View<T>} create
 * @returns {(items: readonly T[]) => void}
 */
export function listIn(parent, keyOf, create) {
  /** @type {Map<string, View<T>>} */
  const views = new Map();
  return (items) => {
    const keys = new Set(items.map(keyOf));
    for (const [key, view] of views) {
      if (keys.has(key)) continue;
      view.root.remove();
      views.delete(key);
    }
    for (const [index, item] of items.entries()) {
      const view = views.get(keyOf(item)) ?? create(item);
      views.set(keyOf(item), view);
      const there = parent.children[index] ?? null;
      if (there !== view.root) parent.insertBefore(view.root, there);
      view.update(item);
    }
  };
}
