const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg(A|iOS)?\//, 'Edge'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

/** A name to begin with, from what the browser says of itself; the person may write another. `on` is the word between browser and system. */
export function guessDeviceName(userAgent: string, on: string): string {
  const first = (table: typeof systems) => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = first(systems);
  const browser = first(browsers);
  return [browser, system].filter((each) => each !== undefined).join(` ${on} `);
}
