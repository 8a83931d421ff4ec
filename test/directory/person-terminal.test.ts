import { expect, it } from 'vitest';
import { personWith, simpleConfig } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

it('prints nothing of a person that steers the terminal or forges a line', async () => {
  const { file, data } = makeSite(simpleConfig({ wgretzky: personWith() }));
  const person = async (command: string, ...words: readonly string[]) => {
    const child = runPortvakt('person', command, '--config', file, '--data', data, ...words);
    await child.ended;
    return child.output();
  };
  await person('add', 'anna', '-a', 'displayName=\u{1b}[2JAnna\nbo', '-a', 'mail=a\tb', '-a', 'x\u{9b}=1');
  expect(await person('list')).toContain('\nanna\t\u{fffd}[2JAnna\u{fffd}bo\ta\u{fffd}b\n');
  const shown = await person('show', 'anna');
  expect(shown).toContain('\ndisplayName: \u{fffd}[2JAnna\u{fffd}bo\nmail: a\u{fffd}b\nx\u{fffd}: 1\n');
});
