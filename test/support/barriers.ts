import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

/** With this in the environment, a folder, what was looked at is kept there as pictures. */
const pictures = process.env['PICTURES'];

/** Keeps a picture of the page as it is, when pictures are kept at all. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `a-${name}.png`), fullPage: true });
}

/**
 * Looks at the page as it is, light and dark, on a telephone and on a desktop: no barrier that axe knows, nothing wider than the window.
 *
 * @param name of the picture
 * @param only on one of them, light: enough for another language. `narrow`: only whether it fits. Of the others there are pictures at most
 */
export async function lookAt(page: Page, name: string, only?: keyof typeof sizes | 'narrow'): Promise<void> {
  const before = page.viewportSize() ?? sizes.phone;
  for (const [device, size] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const isLookedAt = only === undefined || (only === device && colorScheme === 'light');
      if (!isLookedAt && pictures === undefined) continue;
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await keepPicture(page, `${name}-${device}-${colorScheme}`);
      if (isLookedAt) await findNone(page, { name, device, colorScheme });
      await expectWidth(page, size.width, name);
    }
  }
  await fitsNarrowly(page, name);
  await page.setViewportSize(before);
}

/** Nothing is wider than the narrowest telephone, or a window of 1280 pixels at four times the size (WCAG 2.2 1.4.10). */
async function fitsNarrowly(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 320, height: 568 });
  await page.emulateMedia({ colorScheme: 'light' });
  await keepPicture(page, `${name}-narrow`);
  await expectWidth(page, 320, `${name}, 320 pixels wide`);
}

/** The page is as wide as its window, once that has its size: a browser on a busy machine takes a moment. */
async function expectWidth(page: Page, width: number, name: string): Promise<void> {
  const measured = () => page.evaluate('document.documentElement.scrollWidth');
  await expect.poll(measured, { timeout: 10_000, message: name }).toBe(width);
}

/** No barrier that axe knows. */
async function findNone(page: Page, what: object): Promise<void> {
  // Colours on their way from light to dark are neither.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < 5000).map(({ finished }) => finished)).then(() => {})',
  );
  // Once in a document: to read it takes longer than to run it. Of what is right, one example of each rule is enough.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe);
  const { violations, passes } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  expect({ ...what, found }).toEqual({ ...what, found: [] });
  expect(passes.length).toBeGreaterThan(10);
}
