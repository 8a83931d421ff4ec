/** Shows how far long work has come, on a terminal; stays silent where nobody watches. */
export interface Progress {
  advance(done: number): void;
  end(): void;
}

const width = 30;

/** A bar on standard error; `what` stands in front of it. */
export function createProgress(what: string, total: number): Progress {
  const { stderr } = process;
  let shown = -1;
  return {
    advance(done) {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      if (!stderr.isTTY || percent === shown) return;
      shown = percent;
      const filled = Math.round((percent / 100) * width);
      stderr.write(`\r${what} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${percent} % of ${total}`);
    },
    end() {
      if (stderr.isTTY && shown >= 0) stderr.write('\n');
    },
  };
}
