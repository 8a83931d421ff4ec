/** One call to an outside service. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, http or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything together: waiting for a turn, connecting, the whole answer. 5000. */
  readonly timeoutMs?: number;
  /** Largest body that is read. 1,000,000. */
  readonly maxBytes?: number;
}

/** What the service answered, whatever the status; a redirect is an answer, not followed. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Decoded as UTF-8. */
  readonly body: string;
}

/** Asks outside services, each with its own bulkhead and breaker, so that one that hangs holds up nobody else. */
export interface HttpClient {
  /** @throws Problem 'unavailable' when there is no complete answer, whatever the reason; the reason is its `cause` */
  request(request: HttpRequest): Promise<HttpAnswer>;
}
