/** Who asks. Requests of one client never keep another's waiting for more than one of them. */
export interface Client {
  /** Tells clients apart. */
  readonly key: string;
  /** Whether it wants the answer of its newest request only, as an editor does while a person types. */
  readonly wantsNewest: boolean;
}

export interface TurnLimits {
  /** Requests that may wait, of all clients together and of each. */
  readonly most: number;
  readonly mostOfOne: number;
  /** Milliseconds that a request may wait. */
  readonly longestWaitMs: number;
}

/** Why a request was not computed. */
export type NoTurn = 'too-many' | 'superseded' | 'waited-too-long' | 'withdrawn' | 'closed';

/** Thrown where a request gets no turn. */
export class NoTurnError extends Error {
  override readonly name = 'NoTurnError';

  constructor(
    readonly reason: NoTurn,
    /** After so many seconds it may be tried again; a whole number, at least 1. */
    readonly retryAfter: number,
  ) {
    super(reason);
  }
}

interface Waiting {
  readonly client: Client;
  readonly start: () => void;
  readonly drop: (reason: NoTurn) => void;
}

/** How much a new measurement counts in the mean of how long a request takes. */
const NEWEST_SHARE = 0.2;
const FIRST_GUESS_MS = 500;

/**
 * Lets requests compute one at a time. Clients take turns, each with its oldest request; where a client wants only its newest, that takes the
 * place of those that wait and stops the one that computes.
 */
export class FairTurns {
  /** Clients that wait, in the order of their turns, each with its requests, the oldest first. */
  readonly #clients = new Map<string, Waiting[]>();
  #running: { readonly client: Client; readonly stop: () => void; readonly done: Promise<unknown> } | undefined;
  /** Whether somebody has the turn, though its work may not have begun. */
  #isTaken = false;
  #meanMs = FIRST_GUESS_MS;
  #isClosed = false;

  constructor(private readonly limits: TurnLimits) {}

  /** How many requests wait. */
  get waiting(): number {
    return [...this.#clients.values()].reduce((sum, { length }) => sum + length, 0);
  }

  get isComputing(): boolean {
    return this.#isTaken;
  }

  /**
   * Does `work` when it is the client's turn. Its signal is aborted when nobody wants the result any more.
   *
   * @throws NoTurnError, or what `work` throws
   */
  async take<T>(client: Client, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (client.wantsNewest) this.#supersede(client);
    await this.#turn(client, signal);
    const stop = new AbortController();
    let why: NoTurn = 'withdrawn';
    const begun = performance.now();
    const result = work(AbortSignal.any([signal, stop.signal]));
    this.#running = {
      client,
      stop: () => {
        why = 'superseded';
        stop.abort();
      },
      done: result.catch(() => undefined),
    };
    try {
      const value = await result;
      if (stop.signal.aborted) throw this.#none(why);
      this.#meanMs += NEWEST_SHARE * (performance.now() - begun - this.#meanMs);
      return value;
    } finally {
      this.#running = undefined;
      this.#next();
    }
  }

  /** Takes no more requests; what waits gets no turn, and what computes is waited for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of [...this.#clients.values()].flat()) waiting.drop('closed');
    await this.#running?.done;
  }

  /** Resolves when it is the request's turn. */
  #turn(client: Client, signal: AbortSignal): Promise<void> {
    if (this.#isClosed) return Promise.reject(this.#none('closed'));
    if (signal.aborted) return Promise.reject(this.#none('withdrawn'));
    if (!this.#isTaken) {
      this.#isTaken = true;
      return Promise.resolve();
    }
    const own = this.#clients.get(client.key) ?? [];
    if (this.waiting >= this.limits.most || own.length >= this.limits.mostOfOne) {
      return Promise.reject(this.#none('too-many'));
    }
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        const left = (this.#clients.get(client.key) ?? []).filter((each) => each !== waiting);
        this.#clients.delete(client.key); // whoever had a turn goes to the end
        if (left.length > 0) this.#clients.set(client.key, left);
      };
      const drop = (reason: NoTurn): void => {
        const order = [...this.#clients.keys()];
        settle();
        if (this.#clients.has(client.key)) this.#reorder(order);
        reject(this.#none(reason));
      };
      const waiting: Waiting = {
        client,
        start: () => {
          settle();
          resolve();
        },
        drop,
      };
      const onAbort = (): void => drop('withdrawn');
      const timer = setTimeout(() => drop('waited-too-long'), this.limits.longestWaitMs);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#clients.set(client.key, [...own, waiting]);
    });
  }

  /** Who left without a turn has lost none. */
  #reorder(order: readonly string[]): void {
    for (const key of order) {
      const waiting = this.#clients.get(key);
      if (waiting === undefined) continue;
      this.#clients.delete(key);
      this.#clients.set(key, waiting);
    }
  }

  #supersede({ key }: Client): void {
    for (const waiting of this.#clients.get(key) ?? []) waiting.drop('superseded');
    if (this.#running?.client.key === key) this.#running.stop();
  }

  #next(): void {
    const [[first] = []] = this.#clients.values();
    if (first === undefined) this.#isTaken = false;
    else first.start();
  }

  #none(reason: NoTurn): NoTurnError {
    const ms = this.#meanMs * (this.waiting + 1);
    return new NoTurnError(reason, Math.max(1, Math.ceil(ms / 1000)));
  }
}
