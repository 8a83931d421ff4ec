import type { SimulatedProvider } from './provider.ts';

/** A message, or part of one, that a provider took. */
export interface Taken {
  readonly id: string;
  /** Where the sender wants to be told what became of it; undefined when nowhere. */
  readonly url: string | undefined;
}

/** A report as it goes over the line; a GET has no body, but a query. */
export interface SimulatedReport {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly query?: string;
}

/** A provider that also tells what became of the messages it took. */
export interface ReportingProvider<Status> extends SimulatedProvider {
  readonly taken: readonly Taken[];
  /**
   * Tells what became of the message it took last, at the address that came with it; gives the status of the answer.
   *
   * `origin` stands in for what the name in that address would lead to. @throws Error when nobody asked for reports
   */
  report(status: Status, origin?: string): Promise<number>;
}

/** What a provider needs to tell of its messages. */
export interface Reporter<Status> extends Pick<ReportingProvider<Status>, 'taken' | 'report'> {
  take(message: Taken): void;
}

/** The media types of reports. */
export const mediaTypes = {
  form: { 'content-type': 'application/x-www-form-urlencoded' },
  json: { 'content-type': 'application/json' },
} as const;

/** Notes what is taken, and tells of it in the provider's words. */
export function createReporter<Status>(
  inWords: (message: { readonly id: string; readonly url: string }, status: Status) => SimulatedReport,
): Reporter<Status> {
  const taken: Taken[] = [];
  return {
    taken,
    take: (message) => void taken.push(message),
    async report(status, origin) {
      const { id = '', url } = taken.at(-1) ?? {};
      if (url === undefined) throw new Error('nobody asked for reports');
      const { headers = {}, body, query } = inWords({ id, url }, status);
      const target = new URL(url);
      const answer = await fetch(
        `${origin ?? target.origin}${target.pathname}${query === undefined ? '' : `?${query}`}`,
        {
          method: body === undefined ? 'GET' : 'POST',
          headers,
          ...(body === undefined ? {} : { body }),
        },
      );
      await answer.arrayBuffer();
      return answer.status;
    },
  };
}
