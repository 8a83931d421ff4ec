import { closeSync, openSync, readSync } from 'node:fs';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'we may not read it',
  EPERM: 'we may not read it',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
};

/**
 * A file as text. Never reads more than `limit` bytes, whatever the file is.
 *
 * @throws Error with half a sentence for the operator that holds nothing of the content
 */
export function readText(path: string, limit: number): string {
  const bytes = readBytes(path, limit + 1);
  if (bytes.length > limit) throw new Error(`it is larger than ${limit} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('it is not UTF-8 text');
  }
}

function readBytes(path: string, limit: number): Uint8Array {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (let got = -1; got !== 0 && length < limit; length += got)
        got = readSync(file, buffer, length, limit - length, null);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
  return buffer.subarray(0, length);
}

/** Why the file system refused, in half a sentence. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return reasons[code] ?? `the system says ${code}`;
}
