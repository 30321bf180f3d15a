import { Worker } from 'node:worker_threads';
import { BEAT_MS } from '../../process/pulse.js';
import { SIGNS_FD } from '../../process/signsFd.js';
import { SIGNS_LENGTH } from '../link/signsFile.js';

const TURN_MS = 250;
/** Places in the memory that the threads share. */
const WORKS = 0;
const TURNS = 1;
const PAUSE = 2;
const PLACES = 3;

/** A log is cut where it has become longer. */
const LONGEST_LOG = 256 * 1024;
/** Beats without any window after which a process that still works is at an end. */
const LONELY_BEATS = 5;

/** Runs in a thread of its own, so it is plain JavaScript. It sleeps while nothing is done. */
const THREAD = `
const { workerData } = require('node:worker_threads');
const { fstatSync, ftruncateSync, readdirSync, writeSync } = require('node:fs');
const { state, WORKS, TURNS, PAUSE, fd, beatMs, shared } = workerData;
const STDERR = 2;
let beats = 0;
let lonely = 0;
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}
function hasWindows() {
  try {
    return readdirSync(shared.folder).some(
      (name) => name.startsWith(shared.markPrefix) && isAlive(Number(name.slice(shared.markPrefix.length))),
    );
  } catch {
    return false;
  }
}
function give(pulse) {
  if (shared === undefined) {
    writeSync(fd, pulse + '\\n');
    return;
  }
  beats++;
  writeSync(fd, (beats + ' ' + pulse + ' ' + beats).padEnd(shared.length - 1) + '\\n', 0);
  if (fstatSync(STDERR).size > shared.longestLog) ftruncateSync(STDERR);
  lonely = hasWindows() ? 0 : lonely + 1;
  if (lonely >= shared.lonelyBeats) process.kill(process.pid, 'SIGKILL');
}
for (let listens = true; listens; ) {
  Atomics.wait(state, WORKS, 0);
  const used = process.resourceUsage();
  // On Windows every first touch of a page counts as a fault, also those of an idle process.
  const faults = process.platform === 'win32' ? 0 : used.majorPageFault;
  const bytes = used.maxRSS * 1024 + used.fsRead * 512 + faults * 4096;
  const cpuMs = Math.round((used.userCPUTime + used.systemCPUTime) / 1000);
  try {
    give(cpuMs + ' ' + bytes + ' ' + Atomics.load(state, TURNS));
  } catch (error) {
    listens = error.code === 'EAGAIN' || shared !== undefined; // otherwise nobody listens any more
  }
  Atomics.wait(state, PAUSE, 0, beatMs);
}
`;

/** Where several windows listen. */
export interface SharedSigns {
  /** A file for the newest pulse, open for writing; signsFile.ts reads it. */
  readonly fd: number;
  /** Where each window has a file whose name ends with its process id. */
  readonly folder: string;
  readonly markPrefix: string;
}

/**
 * Gives a pulse in every beat while something is done: how much was computed and read, and whether the event loop turns. The runtime
 * computes on the main thread and lets nothing else happen there meanwhile, so another thread does this. What the pulses mean
 * is judged by the host. Where several windows share the process, the thread ends it when none of them is alive any more and it works on.
 */
export class SignsOfLife {
  readonly #state = new Int32Array(new SharedArrayBuffer(PLACES * Int32Array.BYTES_PER_ELEMENT));
  #works = 0;
  #turning: NodeJS.Timeout | undefined;

  constructor(windows?: SharedSigns) {
    const { fd = SIGNS_FD } = windows ?? {};
    const limits = { length: SIGNS_LENGTH, longestLog: LONGEST_LOG, lonelyBeats: LONELY_BEATS };
    const shared = windows === undefined ? undefined : { ...windows, ...limits };
    const thread = new Worker(THREAD, {
      eval: true,
      execArgv: [],
      workerData: { state: this.#state, WORKS, TURNS, PAUSE, fd, beatMs: BEAT_MS, shared },
    });
    thread.on('error', (error) => process.stderr.write(`No signs of life: ${error.message}\n`));
    thread.unref();
  }

  /** Gives signs until `work` is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#works++ === 0) {
      this.#turning = setInterval(() => Atomics.add(this.#state, TURNS, 1), TURN_MS);
      Atomics.store(this.#state, WORKS, 1);
      Atomics.notify(this.#state, WORKS);
    }
    try {
      return await work();
    } finally {
      if (--this.#works === 0) {
        clearInterval(this.#turning);
        Atomics.store(this.#state, WORKS, 0);
      }
    }
  }
}
