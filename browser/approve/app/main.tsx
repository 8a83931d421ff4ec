import { render } from 'preact';
import { start } from './start.ts';
import { update } from './state.ts';
import { App } from './views/app.tsx';

/** What Chromium offers in its own time; no standard has it. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

const root = document.getElementById('app');
if (root !== null) {
  render(<App install={install} />, root);
  void start();
}

let offered: InstallPrompt | undefined;

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  offered = event as InstallPrompt;
  update({ canInstall: true });
});
addEventListener('appinstalled', () => update({ canInstall: false }));

function install(): void {
  void offered?.prompt();
  update({ canInstall: false });
}
