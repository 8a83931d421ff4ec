import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runWorker } = await import('./compose-worker.ts');
runWorker();
