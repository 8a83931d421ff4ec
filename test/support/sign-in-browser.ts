/** An answer as a page sees it. */
export interface Told {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly data: Record<string, unknown> };
  readonly headers: Headers;
}

/** What a browser does with sign-in pages, cookies above all, without showing any. */
export interface SignInBrowser {
  readonly cookies: Map<string, string>;
  /** Asks for a page; tells where it is sent, if anywhere. */
  open(path: string): Promise<{
    readonly status: number;
    readonly location: string | null;
    readonly text: string;
    readonly headers: Headers;
  }>;
  /** Says something as the page at this path. */
  say(path: string, message: unknown, headers?: Readonly<Record<string, string>>): Promise<Told>;
}

/** A browser of its own for one test. */
export function signInBrowser(url: string, userAgent = 'Test'): SignInBrowser {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const keep = (headers: Headers) => {
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
  };
  return {
    cookies,
    async open(path) {
      const response = await fetch(`${url}${path}`, {
        redirect: 'manual',
        headers: { cookie: cookie(), 'user-agent': userAgent },
      });
      keep(response.headers);
      return {
        status: response.status,
        location: response.headers.get('location'),
        text: await response.text(),
        headers: response.headers,
      };
    },
    async say(path, message, headers = {}) {
      const response = await fetch(`${url}${path}`, {
        method: 'PUT',
        headers: {
          'content-type': 'application/json',
          origin: url,
          cookie: cookie(),
          'user-agent': userAgent,
          ...headers,
        },
        body: typeof message === 'string' ? message : JSON.stringify(message),
      });
      keep(response.headers);
      return { status: response.status, body: (await response.json()) as Told['body'], headers: response.headers };
    },
  };
}
