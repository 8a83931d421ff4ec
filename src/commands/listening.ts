import { CommandFailed } from './open.ts';

/** Why nobody can listen there, and what to do; any other error as it is. */
export function explain(error: unknown): unknown {
  const { code, address, port } = error as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
  };
  if (code === 'EADDRINUSE')
    return new CommandFailed(
      `Port ${port} of ${address} is taken. Choose another with --port, or stop what listens there.`,
    );
  if (code === 'EACCES' && port !== undefined)
    return new CommandFailed(`Port ${port} may not be listened on by this user. Choose one above 1023 with --port.`);
  if (code === 'EADDRNOTAVAIL')
    return new CommandFailed(`${address} is not an address of this machine. Choose another with --host.`);
  return error;
}
