/** The simulated server, for compose. */
export { createNetIdSimulator, type NetIdSimulator } from './simulator.ts';
