import type { ChildProcess } from 'node:child_process';
import { InfillError } from '../../shared/infillError.js';
import type { AddProgress } from '../../shared/modelImport.js';
import type { StoreMessage, StoreReply, StoreResult, StoreTask } from '../../shared/storeProtocol.js';
import type { LogLevel } from './childConnection.js';
import { forkBundle } from './forkBundle.js';
import { deserialiseError } from '../../shared/serialisedError.js';

export interface StoreClientOptions {
  /** Absolute path of the store's bundle. */
  readonly workerPath: string;
  /** How long a cancelled process may take to clean up before it is killed. */
  readonly graceMs: number;
  readonly log: (level: LogLevel, text: string) => void;
}

export interface StoreRunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AddProgress) => void;
}

/** The host's side of the store process: one process for each task. */
export class StoreClient {
  readonly #running = new Set<ChildProcess>();

  constructor(private readonly options: StoreClientOptions) {}

  /** Carries out a task. Rejects with an InfillError: the task's own, `cancelled`, or `worker-died`. */
  async run<T extends StoreTask>(task: T, options: StoreRunOptions = {}): Promise<ResultOf<T>> {
    if (options.signal?.aborted === true) {
      throw cancelled();
    }
    const result = await this.#perform(task, options);
    if (result.type !== task.type) {
      throw new InfillError('internal', `The store process answered "${task.type}" with "${result.type}".`, '');
    }
    return result as ResultOf<T>;
  }

  /** Cancels what is running; the processes clean up and end by themselves. */
  dispose(): void {
    for (const child of this.#running) {
      this.#cancel(child);
    }
  }

  #perform(task: StoreTask, { signal, onProgress }: StoreRunOptions): Promise<StoreResult> {
    const { workerPath, graceMs, log } = this.options;
    const onErrorLine = (line: string): void => log('warn', `store: ${line}`);
    const { child, stderr } = forkBundle(workerPath, { stdout: 'ignore', onErrorLine, graceMs });
    this.#running.add(child);
    const onAbort = (): void => this.#cancel(child);
    signal?.addEventListener('abort', onAbort, { once: true });
    return new Promise<StoreResult>((resolve, reject) => {
      child.on('message', (message) => {
        const reply = message as StoreReply;
        switch (reply.type) {
          case 'progress':
            onProgress?.(reply.progress);
            break;
          case 'done':
            resolve(reply.result);
            break;
          case 'failed':
            reject(deserialiseError(reply.error));
        }
      });
      child.once('error', (error) => reject(died(`could not be started: ${error.message}`, stderr.last)));
      child.once('exit', (code, killed) => {
        // After an answer this changes nothing.
        reject(
          signal?.aborted === true
            ? cancelled()
            : died(`ended with ${killed ?? `exit code ${code ?? '?'}`}`, stderr.last),
        );
      });
      post(child, { type: 'task', task });
    }).finally(() => {
      signal?.removeEventListener('abort', onAbort);
      this.#running.delete(child);
    });
  }

  #cancel(child: ChildProcess): void {
    post(child, { type: 'cancel' });
    const timer = setTimeout(() => child.kill('SIGKILL'), this.options.graceMs).unref();
    child.once('exit', () => clearTimeout(timer));
  }
}

type ResultOf<T extends StoreTask> = Extract<StoreResult, { readonly type: T['type'] }>;

/** A process that is gone cannot be told anything; its end is what is answered. */
function post(child: ChildProcess, message: StoreMessage): void {
  if (child.connected) {
    child.send(message, () => undefined);
  }
}

function cancelled(): InfillError {
  return new InfillError('cancelled', 'The task was cancelled.', '');
}

function died(how: string, output: readonly string[]): InfillError {
  const last = output.length === 0 ? '' : ` Its last output:\n${output.join('\n')}`;
  return new InfillError(
    'worker-died',
    `The process that manages models ${how}.${last}`,
    'Try again; the log has details.',
  );
}
