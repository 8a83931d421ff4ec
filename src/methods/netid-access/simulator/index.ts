/** The simulated server, for compose. */
export { createNetIdSimulator, type NetIdSimulator, type NetIdSimulatorOptions } from './simulator.ts';
