import { say } from './open.ts';

/** Whoever started us may hand on a signal that we were sent as well, a moment later: that is no second one. In milliseconds. */
const sameSignalMs = 1000;

/** SIGINT and SIGTERM end the process in good order; a second one at once. */
export function stopOnSignal({ stop, kill }: { stop(): Promise<void>; kill(): void }): void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt < sameSignalMs) return;
      process.stderr.write('Stopped at once: what was under way is cut off.\n');
      kill();
      process.exit(1);
    }
    firstAt = performance.now();
    if (signal === 'SIGINT') say();
    stop().then(
      () => say('Stopped.'),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${(error as Error).message}\n`);
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

/** Does the work when called, once at a time; however often it is called meanwhile, it is done once more afterwards. */
export function inTurn(work: () => Promise<void>): () => void {
  let underWay: Promise<void> | undefined;
  let again = false;
  const start = () => {
    underWay = work().finally(() => {
      underWay = undefined;
      if (!again) return;
      again = false;
      start();
    });
  };
  return () => {
    if (underWay === undefined) start();
    else again = true;
  };
}
