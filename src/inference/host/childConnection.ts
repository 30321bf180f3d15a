import type { ChildProcess } from 'node:child_process';
import { InfillError } from '../../shared/infillError.js';
import type { StepTrace } from '../../shared/outcome.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import type { HostMessage, ProjectChange, WorkerMessage } from '../../shared/protocol.js';
import { describeExit, type ProcessExit } from './describeExit.js';
import { forkBundle } from './forkBundle.js';
import { LostProcess } from './lostProcess.js';
import { OutputLines } from './outputLines.js';
import { deserialiseError } from '../../shared/serialisedError.js';
import type { Patience } from '../../process/patience.js';
import { Watchdog } from '../../process/watchdog.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface ChildOptions {
  /** The worker bundle. */
  readonly workerPath: string;
  /** Node flags of the child; ours (for example --inspect) are never inherited. */
  readonly execArgv: readonly string[];
  /** How long the child may take to end by itself once it was let go. */
  readonly graceMs: number;
  readonly log: (level: LogLevel, text: string) => void;
  /** Told what the child's index of the project's texts holds. */
  readonly onProject?: (stats: ProjectStats) => void;
}

export interface CallOptions {
  /** After what it counts as stuck. */
  readonly patience: Patience;
  readonly onStep?: (trace: StepTrace) => void;
}

/** An answer to a request; a `failure` becomes an exception instead. */
export type Answer = Exclude<
  WorkerMessage,
  { type: 'step' | 'failure' | 'projectStats' | 'process' | 'died' | 'lost' }
>;
export type Request = Exclude<HostMessage, { type: 'watch' | 'cancel' | 'project' | 'end' }>;

interface PendingCall {
  readonly type: Request['type'];
  readonly onStep: ((trace: StepTrace) => void) | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: InfillError) => void;
}

/** How long the last output may take to arrive once the process is gone. */
const LAST_OUTPUT_MS = 1000;
/** How long a child may take to end a process that it shares with other windows. */
const END_MS = 1000;

/**
 * One child process from its start to its end: requests out, answers in. When the process ends, for whatever reason, every
 * pending request is rejected with that reason. It is not started again here. A child may have the model in a process that other windows
 * use too: then that process is the one that counts, and the child tells how it ended.
 */
export class ChildConnection {
  /** Resolves when the process is gone: with the reason if it was unexpected, with nothing if the host ended it. */
  readonly ended: Promise<InfillError | undefined>;
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, PendingCall>();
  readonly #watchdog: Watchdog;
  readonly #stderr: OutputLines;
  #isEnding = false;
  #hasEnded = false;
  #stuck: InfillError | undefined;
  /** The process that has the model, where it is not the child. */
  #sharedPid: number | undefined;
  /** How that process ended. */
  #sharedEnd: Extract<WorkerMessage, { type: 'died' | 'lost' }> | undefined;

  constructor(private readonly options: ChildOptions) {
    this.#watchdog = new Watchdog({
      onStuck: (detail) => this.#killStuck(detail),
      onSlow: (detail) => options.log('info', `Inference process: ${detail}.`),
    });
    const { child, stderr } = forkBundle(options.workerPath, {
      execArgv: options.execArgv,
      stdout: 'pipe',
      onErrorLine: (line) => options.log('warn', `inference: ${line}`),
      graceMs: options.graceMs,
      onPulse: (pulse) => this.#watchdog.pulse(pulse),
    });
    this.#child = child;
    this.#stderr = stderr;
    this.#listenToOutput();
    this.#child.on('message', (message) => this.#receive(message as WorkerMessage));
    this.#child.on('disconnect', () => this.#endWithin(options.graceMs));
    this.ended = this.#untilEnd().then((error) => {
      this.#hasEnded = true;
      this.#watchdog.rest();
      for (const call of this.#calls.values()) {
        call.reject(error ?? new InfillError('cancelled', 'The inference process was ended.', ''));
      }
      this.#calls.clear();
      return error;
    });
  }

  /** Of the process that has the model. */
  get pid(): number | undefined {
    return this.#sharedPid ?? this.#child.pid;
  }

  /** Whether other windows may use that process too. */
  get isShared(): boolean {
    return this.#sharedPid !== undefined;
  }

  /** Sends a request and waits for its answer. Rejects with the child's own error, or with the reason why the child is gone. */
  call(request: Request, { patience, onStep }: CallOptions): Promise<Answer> {
    if (this.#hasEnded) {
      return this.ended.then((error) => {
        throw error ?? new InfillError('cancelled', 'The inference process was ended.', '');
      });
    }
    return new Promise((resolve, reject) => {
      this.#calls.set(request.id, { type: request.type, resolve, reject, onStep });
      this.#watchdog.watch(patience, request.type === 'load');
      void this.#post(request);
    });
  }

  /** Has the child tell the steps and drafts of an infill request that was called without them. */
  watch(id: number): void {
    if (this.#calls.has(id)) {
      void this.#post({ type: 'watch', id });
    }
  }

  /** Asks the child to stop working on a request, which it has to answer then. */
  cancel(id: number): void {
    if (this.#calls.has(id)) {
      this.#watchdog.expect(id);
      void this.#post({ type: 'cancel', id });
    }
  }

  /**
   * Feeds the child's index of the project's texts.
   *
   * @returns whether the change was handed over, once it was
   */
  feed(change: ProjectChange): Promise<boolean> {
    return this.#hasEnded ? Promise.resolve(false) : this.#post({ type: 'project', change });
  }

  /** Lets the child go: it ends by itself when the channel closes, and is killed where it does not. */
  async end(): Promise<void> {
    this.#isEnding = true;
    if (this.#child.connected) {
      this.#child.disconnect();
    }
    await this.ended;
  }

  /** Ends the child at once, whatever it is doing. */
  async kill(): Promise<void> {
    this.#isEnding = true;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Ends the child and the process that has the model, even if other windows use it: they start another by themselves. */
  async killForAll(): Promise<void> {
    this.#isEnding = true;
    this.#killAll('restart');
    await this.ended;
  }

  #receive(message: WorkerMessage): void {
    this.#watchdog.alive();
    if (message.type === 'projectStats') {
      this.options.onProject?.(message.stats);
      return;
    }
    if (message.type === 'process') {
      this.#sharedPid = message.pid;
      return;
    }
    if (message.type === 'died' || message.type === 'lost') {
      this.#sharedEnd = message;
      this.#child.kill('SIGKILL'); // there is nothing left for it to do
      return;
    }
    const call = this.#calls.get(message.id);
    if (call === undefined) {
      return; // not asked for
    }
    if (message.type === 'step') {
      call.onStep?.(message.trace);
      return;
    }
    this.#calls.delete(message.id);
    this.#watchdog.answered(message.id);
    if (message.type === 'loaded') {
      this.#watchdog.threads = Math.max(1, message.info.threads);
    }
    if (this.#calls.size === 0) {
      this.#watchdog.rest();
    }
    if (message.type === 'failure') {
      call.reject(deserialiseError(message.error));
    } else {
      call.resolve(message);
    }
  }

  #post(message: HostMessage): Promise<boolean> {
    return new Promise((resolve) => {
      this.#child.send(message, (error) => {
        // A closed channel means that the child is about to end, and its end is what answers pending requests.
        if (error !== null && !this.#isEnding) {
          this.options.log('debug', `inference: could not send ${message.type}: ${error.message}`);
          this.#endWithin(this.options.graceMs);
        }
        resolve(error === null);
      });
    });
  }

  #killStuck(detail: string): void {
    const isLoading = [...this.#calls.values()].some(({ type }) => type === 'load');
    const [doing, remedy] = isLoading
      ? [' while it loaded the model', 'see whether the disk that holds the model can be read']
      : ['', 'use fewer steps or a smaller model'];
    this.#stuck = new InfillError(
      'worker-stuck',
      `The inference process stopped answering${doing} (${detail}) and was ended.`,
      `The next request starts it again; if this repeats, ${remedy}, or set infill.device to "cpu".`,
    );
    this.#killAll('stuck');
  }

  #killAll(why: 'stuck' | 'restart'): void {
    if (this.isShared && this.#child.connected) {
      void this.#post({ type: 'end', why });
      this.#endWithin(END_MS);
    } else {
      this.#child.kill('SIGKILL');
    }
  }

  #endWithin(ms: number): void {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), ms);
    void this.ended.then(() => clearTimeout(timer));
  }

  #reasonOf(exit: Pick<ProcessExit, 'code' | 'signal'>): InfillError {
    const { code, signal } = this.#sharedEnd?.type === 'died' ? this.#sharedEnd : exit;
    return this.#sharedEnd?.type === 'lost'
      ? new LostProcess()
      : describeExit({ code, signal, lastOutput: this.#stderr.last });
  }

  #listenToOutput(): void {
    const stdout = new OutputLines((line) => this.options.log('debug', `inference: ${line}`));
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    this.#child.stderr?.on('end', () => this.#stderr.end());
  }

  #untilEnd(): Promise<InfillError | undefined> {
    return new Promise((resolve) => {
      this.#child.on('error', (error) => {
        // Also emitted when a message cannot be sent; only a process that never started has no pid and no exit.
        if (this.#child.pid === undefined) {
          const message = `The inference process could not be started: ${error.message}.`;
          resolve(
            new InfillError('worker-died', message, 'Check that Infill is installed completely, then restart it.'),
          );
        }
      });
      this.#child.once('exit', (code, signal) => {
        const finish = (): void => {
          const reason = this.#stuck ?? this.#reasonOf({ code, signal });
          resolve(this.#isEnding ? undefined : reason);
        };
        if (this.#isEnding || this.#child.stderr?.closed === true) {
          finish();
          return;
        }
        // The last output, which is what explains a crash, may come after the exit. (The process's own 'close' event does
        // not tell when it is read: it never comes once we have closed the channel.)
        const timer = setTimeout(finish, LAST_OUTPUT_MS);
        this.#child.stderr?.once('close', () => {
          clearTimeout(timer);
          finish();
        });
      });
    });
  }
}

/** Whether an error means that the process is gone, not that it answered with an error. */
export function isDeath({ code }: InfillError): boolean {
  return code === 'worker-died' || code === 'worker-stuck';
}
