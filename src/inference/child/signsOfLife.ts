import { Worker } from 'node:worker_threads';
import { BEAT_MS } from '../../process/pulse.js';
import { SIGNS_FD } from '../../process/signsFd.js';

const TURN_MS = 250;
/** Places in the memory that the threads share. */
const WORKS = 0;
const TURNS = 1;
const PAUSE = 2;
const PLACES = 3;

/** Runs in a thread of its own, so it is plain JavaScript. It sleeps while nothing is done. */
const THREAD = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { state, WORKS, TURNS, PAUSE, fd, beatMs } = workerData;
for (let listens = true; listens; ) {
  Atomics.wait(state, WORKS, 0);
  const used = process.resourceUsage();
  // On Windows every first touch of a page counts as a fault, also those of an idle process.
  const faults = process.platform === 'win32' ? 0 : used.majorPageFault;
  const bytes = used.maxRSS * 1024 + used.fsRead * 512 + faults * 4096;
  const cpuMs = Math.round((used.userCPUTime + used.systemCPUTime) / 1000);
  try {
    writeSync(fd, cpuMs + ' ' + bytes + ' ' + Atomics.load(state, TURNS) + '\\n');
  } catch (error) {
    listens = error.code === 'EAGAIN'; // otherwise nobody listens any more
  }
  Atomics.wait(state, PAUSE, 0, beatMs);
}
`;

/**
 * Gives a pulse in every beat while something is done: how much was computed and read, and whether the event loop turns. The runtime
 * computes on the main thread and lets nothing else happen there meanwhile, so another thread does this. What the pulses mean
 * is judged by the host.
 */
export class SignsOfLife {
  readonly #state = new Int32Array(new SharedArrayBuffer(PLACES * Int32Array.BYTES_PER_ELEMENT));
  #works = 0;
  #turning: NodeJS.Timeout | undefined;

  constructor() {
    const thread = new Worker(THREAD, {
      eval: true,
      execArgv: [],
      workerData: { state: this.#state, WORKS, TURNS, PAUSE, fd: SIGNS_FD, beatMs: BEAT_MS },
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
