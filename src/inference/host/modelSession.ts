import { setTimeout as sleep } from 'node:timers/promises';
import { InfillError } from '../../shared/infillError.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';
import type { ModelInfo, ProjectChange } from '../../shared/protocol.js';
import { type Answer, type CallOptions, ChildConnection, type ChildOptions, type Request } from './childConnection.js';
import type { Patience } from '../../process/patience.js';

export interface SessionOptions {
  readonly child: ChildOptions;
  /** When the child may start: an older one has given its memory back, and a backoff is over. */
  readonly after: Promise<unknown>;
  readonly delayMs: number;
  /** Of a load. Its length is no matter: a large model on a slow disk takes minutes. */
  readonly loadPatience: Patience;
  readonly loadId: number;
  readonly onStarting: () => void;
  readonly onLoading: () => void;
  /** The child is gone though nobody ended it. */
  readonly onDied: (error: InfillError) => void;
}

/** One child process with one model: waits for its turn, starts, loads, then takes requests until it is closed or dies. */
export class ModelSession {
  /** Resolves once the model is loaded; rejects with the reason why it is not. */
  readonly loaded: Promise<ModelInfo>;
  #info: ModelInfo | undefined;
  #connection: ChildConnection | undefined;
  readonly #closing = new AbortController();

  constructor(
    readonly runtime: RuntimeOptions,
    private readonly options: SessionOptions,
  ) {
    this.loaded = this.#load();
    this.loaded.catch(() => undefined); // a session that is closed before anybody waits is no unhandled rejection
  }

  /** What was loaded, once it is. */
  get info(): ModelInfo | undefined {
    return this.#info;
  }

  get pid(): number | undefined {
    return this.#connection?.pid;
  }

  call(request: Request, options: CallOptions): Promise<Answer> {
    if (this.#connection === undefined) {
      throw new Error('A session takes requests only once it is loaded.');
    }
    return this.#connection.call(request, options);
  }

  /** See ChildConnection. */
  async feed(change: ProjectChange): Promise<boolean> {
    return this.#connection?.feed(change) ?? false;
  }

  /** See ChildConnection. */
  watch(id: number): void {
    this.#connection?.watch(id);
  }

  cancel(id: number): void {
    this.#connection?.cancel(id);
  }

  /** Whether other windows may use the process too. */
  get isShared(): boolean {
    return this.#connection?.isShared ?? false;
  }

  /**
   * Ends the child: `gently` lets it finish what it does (within the grace time), otherwise it is killed; `for all` kills the process that
   * has the model, even if other windows use it.
   */
  async close(how: 'gently' | 'now' | 'for all'): Promise<void> {
    this.#closing.abort();
    switch (how) {
      case 'gently':
        await this.#connection?.end();
        break;
      case 'now':
        await this.#connection?.kill();
        break;
      case 'for all':
        await this.#connection?.killForAll();
    }
  }

  async #load(): Promise<ModelInfo> {
    const { after, delayMs, loadId, loadPatience } = this.options;
    try {
      await after;
      await sleep(delayMs, undefined, { signal: this.#closing.signal });
    } catch (error) {
      throw new InfillError('cancelled', 'The inference process was ended before it started.', '', { cause: error });
    }
    this.options.onStarting();
    const connection = new ChildConnection(this.options.child);
    this.#connection = connection;
    void connection.ended.then((error) => {
      if (error !== undefined) {
        this.options.onDied(error);
      }
    });
    this.options.onLoading();
    const load: Request = { type: 'load', id: loadId, runtime: this.runtime };
    const answer = await connection.call(load, { patience: loadPatience });
    if (answer.type !== 'loaded') {
      throw new InfillError('internal', `The inference process answered a load with "${answer.type}".`, '');
    }
    this.#info = answer.info;
    return answer.info;
  }
}
