import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isListening } from './slapd.ts';

/** Debian's place for servers is in no ordinary user's PATH. */
const program = '/usr/sbin/nginx';

/** Starts a real nginx, rootless, with this text in its `http` block, which listens on `port` of loopback. Gives what ends it. */
export async function startNginx(folder: string, text: string, port: number): Promise<() => Promise<void>> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, text));
  const child = spawn(program, ['-p', folder, '-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (words: string) => {
    said += words;
  });
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`);
    await pause(20);
  }
  return async () => {
    // Its workers end with it.
    child.kill('SIGTERM');
    await ended;
  };
}

function configuration(folder: string, text: string): string {
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  // Workers of root's nginx would otherwise be nobody, who may not enter the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
access_log off;
${places.join('\n')}
${text}
}
`;
}
