import { defineConfig } from 'vite';

/** The app; with `--mode worker` its service worker, which is one plain script: not all browsers take modules there. */
export default defineConfig(({ mode }) => ({
  base: '/approve/',
  // Never the development transform, which writes down where the sources lie: not even when a test builds.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Nothing becomes a data: address, which the content security policy refuses.
    assetsInlineLimit: 0,
    ...(mode === 'worker' && {
      emptyOutDir: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: 'worker/worker.ts',
        output: { format: 'iife', entryFileNames: 'sw.js' },
      },
    }),
  },
}));
