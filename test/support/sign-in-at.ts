import { request } from 'node:http';

/** What was answered, whoever asked. */
export interface AnswerAt {
  readonly status: number | undefined;
  readonly cookies: readonly string[];
  readonly location: string | undefined;
  readonly body: string;
}

/** Asks a sign-in page with exactly these headers, `host` among them, which no browser lets a page choose; with a message by PUT, else by GET. */
export function askAt(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  message?: object,
): Promise<AnswerAt> {
  const { hostname: host, port } = new URL(url);
  const method = message === undefined ? 'GET' : 'PUT';
  const all = { ...headers, ...(message !== undefined && { 'content-type': 'application/json' }) };
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, method, headers: all, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          cookies: response.headers['set-cookie'] ?? [],
          location: response.headers.location,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject).end(message === undefined ? undefined : JSON.stringify(message));
  });
}
