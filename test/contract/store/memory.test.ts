import { createMemoryStore } from '../../support/memory-store.ts';
import { storeContract } from './suite.ts';

storeContract('memory', (ports) => () => createMemoryStore(ports), { lasting: false, runs: 300 });
