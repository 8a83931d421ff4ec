import type { Arrangement } from './arrangement.ts';
import { buildClocks } from './clock/clock.ts';
import { createNode, type Node } from './nodes.ts';
import type { Site } from './site.ts';

/** Starts the servers of an arrangement. `onFall` is told of each that ends without having been killed. */
export async function startNodes(
  site: Site,
  arrangement: Arrangement,
  onFall: (name: string) => void,
): Promise<readonly Node[]> {
  const clocks = buildClocks(site.folder);
  // One process each: what is done to it is done to the server.
  const words = ['--workers', '0'];
  const env = () => arrangement.env?.() ?? {};
  const nodes = Array.from({ length: arrangement.nodes }, (_, index) => {
    const name = `node-${index + 1}`;
    const node = createNode(name, site, { clock: clocks.make(name), words, env });
    node.onEnd(() => onFall(name));
    return node;
  });
  // The first makes the store and everybody in it.
  for (const node of nodes.slice(0, 1)) await node.start();
  await Promise.all(nodes.slice(1).map((node) => node.start()));
  return nodes;
}

/** Has all stop in good order. @throws Error when one does not */
export async function stopNodes(nodes: readonly Node[]): Promise<void> {
  const codes = await Promise.all(nodes.map((node) => node.stop()));
  const bad = nodes.filter((_, index) => codes[index] !== 0).map(({ name }) => name);
  if (bad.length > 0) throw new Error(`${bad.join(', ')} did not stop in good order`);
}
