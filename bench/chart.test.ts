import { expect, it } from 'vitest';
import { parseXml } from '../src/core/xml-tree.ts';
import { type Bar, drawChart } from './chart.ts';

const bar: Bar = {
  group: 'token check',
  label: 'a <server> & "more"',
  value: { min: 2, median: 3, max: 5 },
  isPeer: false,
};

function widthsOf(svg: string): readonly number[] {
  return [...svg.matchAll(/<rect class="(?:own|peer)" [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
}

it('is a picture with a title and a description that says all that it shows', () => {
  const svg = drawChart('Cost & more', [{ ...bar, total: 4.5, limit: 4 }]);
  expect(parseXml(svg)).toHaveProperty('children');
  expect(svg).toContain('role="img" aria-labelledby="title desc"');
  expect(svg).toContain('<title id="title">Cost &amp; more</title>');
  expect(svg).toContain('3.00 times the floor, 4.50 with its database; goal 4.');
});

it('draws twice the cost as far beyond as four times beyond twice', () => {
  const values = [2, 4, 8].map((median) => ({ ...bar, value: { min: 1, median, max: 8 } }));
  const [two = 0, four = 0, eight = 0] = widthsOf(drawChart('', values));
  expect(eight - four).toBeCloseTo(four - two, 0);
});

it('keeps everything within the picture, however much it costs', () => {
  const svg = drawChart('', [bar, { ...bar, isPeer: true, value: { min: 90, median: 400, max: 900 } }]);
  const width = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const ends = [...svg.matchAll(/ x2="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect(Math.max(...ends)).toBeLessThan(width);
});

it('has colours for light and for dark', () => {
  expect(drawChart('', [bar])).toContain('@media (prefers-color-scheme: dark)');
});
