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

/**
 * Looks at the page as it is, light and dark, on a telephone and on a desktop: no barrier that axe knows, nothing wider than the window.
 *
 * @param name of the picture
 * @param only on one of them, light, unless pictures are kept: enough for another language
 */
export async function lookAt(page: Page, name: string, only?: keyof typeof sizes): Promise<void> {
  const before = page.viewportSize() ?? sizes.phone;
  const isBrief = only !== undefined && pictures === undefined;
  for (const [device, size] of Object.entries(sizes)) {
    if (isBrief && device !== only) continue;
    await page.setViewportSize(size);
    for (const colorScheme of isBrief ? (['light'] as const) : (['light', 'dark'] as const)) {
      await page.emulateMedia({ colorScheme });
      if (pictures !== undefined)
        await page.screenshot({ path: join(pictures, `a-${name}-${device}-${colorScheme}.png`) });
      await page.evaluate(axe);
      const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      expect({ name, device, colorScheme, found }).toEqual({ name, device, colorScheme, found: [] });
      expect(passes.length).toBeGreaterThan(10);
      expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBe(size.width);
    }
  }
  await page.setViewportSize(before);
}
