import { type Client, TurnOrder } from './turnOrder.js';

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

/** A request that waits or computes. */
interface Turn {
  readonly client: Client;
  /** Told to whoever computes it that nobody wants the result any more. */
  readonly stop: AbortController;
  /** Ends its waiting: with the turn, or without. */
  start: () => void;
  drop: (reason: NoTurn) => void;
  /** Of what computes: it has ended. */
  readonly done: Promise<void>;
  readonly end: () => void;
}

/** How much a new measurement counts in the mean of how long a request takes. */
const NEWEST_SHARE = 0.2;
const FIRST_GUESS_MS = 500;

/**
 * Lets requests compute one at a time. Machines take turns, and the clients of each, each with its oldest request; where a client wants only
 * its newest, that takes the place of those that wait and stops the one that computes.
 */
export class FairTurns {
  readonly #order = new TurnOrder<Turn>();
  /** Who has the turn. */
  #running: Turn | undefined;
  #meanMs = FIRST_GUESS_MS;
  #isClosed = false;

  constructor(private readonly limits: TurnLimits) {}

  /** How many requests wait. */
  get waiting(): number {
    return this.#order.all.length;
  }

  get isComputing(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Does `work` when it is the client's turn. Its signal is aborted when nobody wants the result any more.
   *
   * @throws NoTurnError, or what `work` throws
   */
  async take<T>(client: Client, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (client.wantsNewest) this.#supersede(client);
    let end: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (end = resolve));
    const turn: Turn = {
      client,
      stop: new AbortController(),
      start: () => undefined,
      drop: () => undefined,
      done,
      end,
    };
    await this.#wait(turn, signal);
    const unwanted = AbortSignal.any([signal, turn.stop.signal]);
    const begun = performance.now();
    try {
      unwanted.throwIfAborted();
      const value = await work(unwanted);
      unwanted.throwIfAborted();
      this.#meanMs += NEWEST_SHARE * (performance.now() - begun - this.#meanMs);
      return value;
    } catch (error) {
      // However the work ended: nobody wanted it.
      if (turn.stop.signal.aborted) throw this.#none('superseded');
      if (signal.aborted) throw this.#none('withdrawn');
      throw error;
    } finally {
      turn.end();
      this.#running = undefined;
      this.#order.after(client)?.start();
    }
  }

  /** Takes no more requests; what waits gets no turn, and what computes is waited for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#order.all) waiting.drop('closed');
    await this.#running?.done;
  }

  /** Resolves when it is the request's turn. */
  #wait(turn: Turn, signal: AbortSignal): Promise<void> {
    if (this.#isClosed) return Promise.reject(this.#none('closed'));
    if (signal.aborted) return Promise.reject(this.#none('withdrawn'));
    if (this.#running === undefined) {
      this.#running = turn;
      return Promise.resolve();
    }
    if (!this.#hasRoom(turn.client)) return Promise.reject(this.#none('too-many'));
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#order.remove(turn);
      };
      turn.start = () => {
        settle();
        this.#running = turn; // at once: it can be superseded before its work begins
        resolve();
      };
      turn.drop = (reason) => {
        settle();
        reject(this.#none(reason));
      };
      const onAbort = (): void => turn.drop('withdrawn');
      const timer = setTimeout(() => turn.drop('waited-too-long'), this.limits.longestWaitMs);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#order.add(turn);
    });
  }

  /** Whether one more request of a client may wait. Where all places are taken, whoever has most of them loses one. */
  #hasRoom(client: Client): boolean {
    const { most, mostOfOne } = this.limits;
    if (this.#order.of(client).length >= mostOfOne) return false;
    if (this.waiting < most) return true;
    const excess = this.#order.excess(client);
    excess?.drop('too-many');
    return excess !== undefined;
  }

  #supersede(client: Client): void {
    for (const waiting of this.#order.of(client)) waiting.drop('superseded');
    const running = this.#running;
    if (running?.client.key === client.key && running.client.address === client.address) running.stop.abort();
  }

  #none(reason: NoTurn): NoTurnError {
    const ms = this.#meanMs * (this.waiting + 1);
    return new NoTurnError(reason, Math.max(1, Math.ceil(ms / 1000)));
  }
}
