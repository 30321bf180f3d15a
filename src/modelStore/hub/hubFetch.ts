import { InfillError } from '../../shared/infillError.js';

/** When a transfer counts as stuck: fewer than `leastBytes` came while it was waited for them for `ms`. */
export interface StallRule {
  readonly ms: number;
  readonly leastBytes: number;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** The hub itself needs two: a model that was renamed, then the storage of a file. */
const MOST_REDIRECTS = 5;
/** What another server than the hub is told: which part of a file is wanted. */
const FOREIGN_HEADERS: readonly string[] = ['range'];

/**
 * The one way to a hub: whatever asks through it, and whatever the answers say, no header of ours reaches another origin than
 * the hub's. Other origins are reached by redirects only, by https (by http on this machine where the hub is there too), and
 * learn nothing but the range that is wanted. An answer bears the address that was asked, so nothing can learn a redirect's end
 * and send headers there. The body of an answer that is no success is dropped: it may be anything, and endless.
 *
 * Throws InfillError download-failed where an address is refused, an Error where the server is stuck, or the signal's reason.
 */
export function hubFetch(hubUrl: string, stall: StallRule): typeof fetch {
  const hub = new URL(hubUrl);
  return async (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    if (asked.origin !== hub.origin) {
      throw refused(hub, `refers to ${asked.origin} for its answers, and Infill asks nobody else`);
    }
    let headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}));
    let address = asked;
    for (let redirects = 0; ; redirects++) {
      const transfer = new Transfer(stall, init?.signal);
      const response = await transfer.wait(
        fetch(address, { headers, redirect: 'manual', credentials: 'omit', signal: transfer.signal }),
      );
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null) {
        return answer(response, asked, transfer);
      }
      await transfer.drop(response);
      if (redirects === MOST_REDIRECTS) {
        throw refused(hub, `redirects more than ${MOST_REDIRECTS} times`);
      }
      address = redirected(location, address, hub);
      if (address.origin !== hub.origin) {
        headers = new Headers([...headers].filter(([name]) => FOREIGN_HEADERS.includes(name)));
      }
    }
  };
}

/** Whether an address is this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

function redirected(location: string, from: URL, hub: URL): URL {
  let to: URL;
  try {
    to = new URL(location, from);
  } catch {
    throw refused(hub, 'redirects to something that is no address');
  }
  const isAllowed =
    to.protocol === 'https:' ||
    (to.protocol === 'http:' &&
      hub.protocol === 'http:' &&
      (to.origin === hub.origin || (isLoopback(hub) && isLoopback(to))));
  if (!isAllowed || to.username !== '' || to.password !== '') {
    throw refused(
      hub,
      `redirects to ${to.protocol}//${to.host}, which is not encrypted or not of a kind that is followed`,
    );
  }
  return to;
}

function answer(response: Response, asked: URL, transfer: Transfer): Response {
  const headers = new Headers(response.headers);
  let body: ReadableStream<Uint8Array> | null = null;
  if (response.ok && response.body !== null) {
    body = transfer.watch(response.body);
  } else {
    headers.delete('content-type'); // nothing is to parse what is dropped
    void transfer.drop(response);
  }
  const result = new Response(body, { status: response.status, headers });
  Object.defineProperty(result, 'url', { value: asked.href });
  return result;
}

/** One request: ends it when its caller's signal says so, or when it is stuck. */
class Transfer {
  readonly #stop = new AbortController();
  readonly #forward = (): void => this.#stop.abort(this.caller?.reason);
  #stuck: Error | undefined;
  #waitedMs = 0;
  #bytes = 0;

  constructor(
    private readonly rule: StallRule,
    private readonly caller: AbortSignal | null | undefined,
  ) {
    caller?.throwIfAborted();
    caller?.addEventListener('abort', this.#forward);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Waits for something that the server is to send. */
  async wait<T>(coming: Promise<T>): Promise<T> {
    const begin = performance.now();
    const timer = setTimeout(() => this.#giveUp(), Math.max(0, this.rule.ms - this.#waitedMs));
    try {
      return await coming;
    } catch (error) {
      this.#end();
      throw this.#stuck ?? (this.caller?.aborted === true ? this.caller.reason : error);
    } finally {
      clearTimeout(timer);
      this.#waitedMs += performance.now() - begin;
    }
  }

  /** The body, in pieces that arrive in time or end it. Nothing is asked for before it is read. */
  watch(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { done, value } = await this.wait(reader.read());
          if (done) {
            this.#end();
            controller.close();
            return;
          }
          this.#count(value.length);
          controller.enqueue(value);
        },
        cancel: async (reason) => {
          this.#end();
          await reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Ends the transfer: what the server may still send is of no interest. */
  async drop({ body }: Response): Promise<void> {
    this.#end();
    await body?.cancel().catch(() => undefined);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= this.rule.leastBytes) {
      this.#bytes = 0;
      this.#waitedMs = 0;
    }
  }

  #giveUp(): void {
    const { ms } = this.rule;
    this.#stuck = new Error(`the server is stuck: it sent ${this.#bytes} bytes in ${ms / 1000} seconds`);
    this.#stop.abort(this.#stuck);
  }

  #end(): void {
    this.caller?.removeEventListener('abort', this.#forward);
  }
}

function refused(hub: URL, why: string): InfillError {
  const remedy = 'Use the hub itself, or another mirror of it, in HF_ENDPOINT.';
  return new InfillError('download-failed', `The hub at ${hub.origin} ${why}.`, remedy);
}
