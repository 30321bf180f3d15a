import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../link/isAlive.js';
import { Link } from '../link/link.js';
import type { FromProcess, ProcessExit, ToProcess } from '../link/linkProtocol.js';
import type { ProcessFiles } from '../link/processFiles.js';
import { PATIENCE, type Patience } from '../../process/patience.js';
import { Watchdog } from '../../process/watchdog.js';
import type { HostMessage, WorkerMessage } from '../../shared/protocol.js';
import { type Joined, joinProcess } from './joinProcess.js';
import { processKey } from './processKey.js';
import { RelayedSigns } from './relayedSigns.js';
import type { StartedProcess } from './startedProcess.js';

/** How long the window that started a process may take to say how it ended. */
const EXIT_MS = 1000;
/** How long the process may take to end with its last window. */
const LAST_MS = 3000;
const LOOK_MS = 20;
/**
 * The window whose request computes has its own eye on it and comes first. What is left are requests of windows that are gone, and
 * processes that were stopped.
 */
const OTHERS_PATIENCE: Patience = {
  computingMs: 2 * PATIENCE.computingMs,
  idleMs: 2 * PATIENCE.idleMs,
  silentMs: 2 * PATIENCE.silentMs,
};

export interface WindowRelayParts {
  /** The program of the process that holds the model. */
  readonly bundle: string;
  /** Where windows meet. Throws the reason why there is no such place. */
  readonly folder: () => string;
  readonly toHost: (message: WorkerMessage) => void;
  /** Puts text into the host's log. */
  readonly note: (text: string) => void;
  /** No process can be shared: the model is to be loaded here, and these messages are for whoever does that. */
  readonly loadHere: (reason: string, messages: readonly HostMessage[]) => void;
  /** Ends this process. */
  readonly exit: () => void;
}

type Load = Extract<HostMessage, { type: 'load' }>;

/** One window's side of the process that holds the model for all of them. */
export class WindowRelay {
  #link: Link<ToProcess, FromProcess> | undefined;
  #joined: Joined['record'] | undefined;
  #files: ProcessFiles | undefined;
  #started: StartedProcess | undefined;
  #isJoining = false;
  #isLeaving = false;
  /** Came before there was anybody to hand them to. */
  readonly #early: HostMessage[] = [];
  /** Requests without an answer. */
  readonly #open = new Map<number, HostMessage['type']>();
  /** Those of them that are computed. */
  readonly #begun = new Set<number>();
  #logRead = 0;
  readonly #signs: RelayedSigns;
  readonly #watchdog: Watchdog;

  constructor(private readonly parts: WindowRelayParts) {
    this.#watchdog = new Watchdog({ onStuck: () => this.#killProcess(), onSlow: () => undefined });
    this.#watchdog.threads = availableParallelism();
    this.#signs = new RelayedSigns({
      file: () => this.#files?.signs,
      waitsFor: () => (this.#begun.size > 0 ? 'own' : this.#open.size > 0 && this.#link ? 'others' : 'nothing'),
      onOthers: (pulse) => this.#watchdog.pulse(pulse),
      onBeat: () => this.#begun.size > 0 && this.#tellLog(),
    });
  }

  receive(message: HostMessage): void {
    if (message.type === 'end') {
      this.#end(message.why);
      return;
    }
    if (message.type === 'ping' && this.#link === undefined && !this.#isJoining) {
      this.parts.toHost({ type: 'pong', id: message.id, rssBytes: process.memoryUsage.rss() });
      return;
    }
    if (this.#link !== undefined) {
      this.#forward(message);
      return;
    }
    this.#early.push(message);
    if (message.type === 'load' && !this.#isJoining) void this.#join(message);
  }

  /** The host lets this process go, or is gone itself. */
  async leave(): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#watchdog.rest();
    if (this.#link === undefined) {
      if (this.#started?.files.hasOtherWindows === false) this.#started.kill();
      this.#files?.unmark();
      this.parts.exit();
      return;
    }
    this.#link.send({ type: 'leave' });
    await this.#guardEnd();
    this.parts.exit();
  }

  async #join(load: Load): Promise<void> {
    this.#isJoining = true;
    try {
      const folder = this.parts.folder();
      const { bundle } = this.parts;
      const { stream, record } = await joinProcess({
        folder,
        bundle,
        key: processKey(bundle, load.runtime, process.env),
        onJoining: (files) => this.#mark(files),
        onStarted: (started) => (this.#started = started),
      });
      if (this.#isLeaving) return;
      this.#joined = record;
      // What another window's process has said before is not for this one's log.
      this.#logRead = this.#started?.files.name === record.name ? 0 : (this.#files?.logLength ?? 0);
      this.#link = new Link(stream, {
        onMessage: (message) => this.#fromProcess(message),
        onClose: () => void this.#processGone(),
      });
      this.parts.toHost({ type: 'process', pid: record.pid });
      for (const message of this.#early.splice(0)) this.#forward(message);
    } catch (error) {
      if (this.#isLeaving) return;
      this.#tellLog();
      this.#tidy();
      this.#files = undefined;
      this.parts.loadHere(error instanceof Error ? error.message : String(error), this.#early);
    }
  }

  /** A window is known to a process before it comes, and to one at a time. */
  #mark(files: ProcessFiles): void {
    if (this.#files?.name !== files.name) {
      this.#files?.unmark();
      this.#files = files;
    }
    files.mark();
  }

  #forward(message: HostMessage): void {
    if (isRequest(message)) {
      this.#open.set(message.id, message.type);
      this.#waitOn();
    }
    this.#link?.send(message);
  }

  #fromProcess(message: FromProcess): void {
    this.#watchdog.alive();
    switch (message.type) {
      case 'begun':
        this.#begun.add(message.id);
        break;
      case 'step':
      case 'pong':
      case 'projectStats':
      case 'process':
      case 'died':
      case 'lost':
        this.parts.toHost(message);
        return;
      default: // all others are answers
        this.#open.delete(message.id);
        this.#begun.delete(message.id);
        this.parts.toHost(message);
    }
    this.#waitOn();
  }

  #waitOn(): void {
    this.#signs.look();
    const waitsForOthers = this.#open.size > 0 && this.#begun.size === 0;
    if (waitsForOthers) this.#watchdog.watch(OTHERS_PATIENCE, [...this.#open.values()].includes('load'));
    else this.#watchdog.rest();
  }

  /** The host wants the process to be gone, for one of its own reasons. */
  #end(why: 'stuck' | 'restart'): void {
    this.#isLeaving = true;
    const isOwn = this.#begun.size > 0 || this.#files?.hasOtherWindows !== true;
    if (why === 'restart') this.#files?.noteEnd();
    if (why === 'restart' || isOwn) this.#killProcess();
    this.#tellLog();
    this.#tidy();
    this.parts.exit();
  }

  #killProcess(): void {
    try {
      if (this.#joined !== undefined) process.kill(this.#joined.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /** The process has ended, or has closed this window's connection, which it does for no other reason. */
  async #processGone(): Promise<void> {
    if (this.#isLeaving) return;
    const isOwnFault = this.#begun.size > 0 && this.#files?.isEndNoted !== true;
    const exit = await this.#exitOf(isOwnFault);
    if (isOwnFault) {
      this.#died(exit);
    } else {
      this.#tidy();
      this.parts.toHost({ type: 'lost' });
    }
  }

  #died({ code, signal }: ProcessExit): void {
    this.#tellLog();
    this.#tidy();
    this.parts.toHost({ type: 'died', code, signal });
  }

  /** How the process ended, as the window knows that started it. Where this is that window, it stays long enough to say so. */
  async #exitOf(isWanted: boolean): Promise<ProcessExit> {
    const isOurs = this.#started !== undefined && this.#started.files.name === this.#files?.name;
    const known = (): ProcessExit | undefined => (isOurs ? this.#started?.exit : this.#files?.exit);
    if (isWanted || isOurs) {
      for (let ms = 0; ms < EXIT_MS && known() === undefined; ms += LOOK_MS) await sleep(LOOK_MS);
    }
    return known() ?? { code: null, signal: null };
  }

  /** The last window sees to it that the process ends, whatever it is doing. */
  async #guardEnd(): Promise<void> {
    const pid = this.#joined?.pid;
    for (let ms = 0; ms < LAST_MS && pid !== undefined && isAlive(pid); ms += LOOK_MS) {
      if (this.#files?.hasOtherWindows === true) {
        break;
      }
      await sleep(LOOK_MS);
    }
    if (pid !== undefined && this.#files?.hasOtherWindows !== true && isAlive(pid)) {
      this.#killProcess();
      this.#files?.unmark();
      this.#files?.remove();
      return;
    }
    this.#tidy();
  }

  /** What the process wrote to its standard error while it worked for this window. */
  #tellLog(): void {
    const { text, end } = this.#files?.logAfter(this.#logRead) ?? { text: '', end: 0 };
    this.#logRead = end;
    if (text !== '') this.parts.note(text);
  }

  #tidy(): void {
    this.#files?.unmark();
    const isGone = this.#joined === undefined ? this.#started?.exit !== undefined : !isAlive(this.#joined.pid);
    if (isGone && this.#files?.hasOtherWindows === false) this.#files.remove();
  }
}

/** What is answered once it was worked on. */
function isRequest(
  message: HostMessage,
): message is Exclude<HostMessage, { type: 'watch' | 'cancel' | 'ping' | 'project' | 'end' }> {
  return !['watch', 'cancel', 'ping', 'project', 'end'].includes(message.type);
}
