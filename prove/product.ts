import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The program as it is in this repository. */
export const ownMain = fileURLToPath(new URL('../src/main.ts', import.meta.url));
