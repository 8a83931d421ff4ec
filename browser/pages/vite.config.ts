import { readdirSync } from 'node:fs';
import { defineConfig } from 'vite';

const types = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['kit', 'dist'].includes(entry.name) && !entry.name.startsWith('.'))
  .map(({ name }) => name);

/** One script for each type of page, and the parts they share; tools/build-app.mjs makes the pages themselves. */
export default defineConfig({
  base: '/sign-in/',
  // Never the development transform, which writes down where the sources lie: not even when a test builds.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Nothing becomes a data: address.
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      input: Object.fromEntries(types.map((type) => [type, `${import.meta.dirname}/${type}/main.tsx`])),
      output: {
        // What all pages share is one file.
        codeSplitting: { groups: [{ name: 'kit', test: /[\\/](kit|preact)[\\/]/ }] },
      },
    },
  },
});
