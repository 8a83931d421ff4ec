import type { FixedAnswer } from './floor.ts';
import { ask } from './load.ts';
import { type ServerProcess, startFloor } from './processes.ts';

/** Starts a floor that answers what this server answers to this request. @throws Error when they differ, or the status is another */
export async function openFloor(
  { port }: ServerProcess,
  request: Buffer,
  status: number,
  processes = 1,
): Promise<ServerProcess> {
  const example = await ask(port, request);
  if (example.status !== status) throw new Error(`the request was answered ${example.status}: ${example.body}`);
  const floor = await startFloor(toFixed(example.head, status, example.body), processes);
  const answer = await ask(floor.port, request);
  if (comparable(answer.head) !== comparable(example.head) || answer.body !== example.body) {
    throw new Error(`the floor answers other bytes:\n${answer.head}\ninstead of\n${example.head}`);
  }
  return floor;
}

function toFixed(head: string, status: number, body: string): FixedAnswer {
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(/: */, 2) as [string, string])
    .filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name.toLowerCase()));
  return { status, headers: Object.fromEntries(headers), body };
}

function comparable(head: string): string {
  return head.replace(/\r\nDate: [^\r]*/, '');
}
