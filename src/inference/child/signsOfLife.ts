import { Worker } from 'node:worker_threads';
import { SIGNS_FD } from '../../process/signsFd.js';

const BEAT_MS = 1000;
const TURN_MS = 250;
/** Less memory, data or computing time than this between two signs is what any idle process uses. */
const LEAST_BYTES = 256 * 1024;
const LEAST_CPU_MS = 100;

/** Runs in a thread of its own, so it is plain JavaScript. */
const THREAD = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { turns, fd, beatMs, leastBytes, leastCpuMs } = workerData;
const seen = { bytes: -leastBytes, cpuMs: 0, turns: 0 };
function look() {
  const used = process.resourceUsage();
  // On Windows every first touch of a page counts as a fault, also those of an idle process.
  const faults = process.platform === 'win32' ? 0 : used.majorPageFault;
  const bytes = used.maxRSS * 1024 + used.fsRead * 512 + faults * 4096;
  const cpuMs = (used.userCPUTime + used.systemCPUTime) / 1000;
  const turned = Atomics.load(turns, 0);
  if (bytes - seen.bytes >= leastBytes || (turned !== seen.turns && cpuMs - seen.cpuMs >= leastCpuMs)) {
    Object.assign(seen, { bytes, cpuMs, turns: turned });
    try {
      writeSync(fd, '.');
    } catch {
      process.exit(); // the thread: nobody listens any more
    }
  }
}
look();
setInterval(look, beatMs);
`;

/**
 * Gives signs of life while something runs that may block the main thread for long, as the runtime does while it reads and prepares
 * weights. A sign is given for progress alone: memory that was filled, data that was read, and computing time, but this only while the
 * event loop turns too. What neither reads, nor fills, nor computes is stuck, and so is a thread that computes for ever.
 */
export async function withSignsOfLife<T>(work: () => Promise<T>): Promise<T> {
  const turns = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const thread = new Worker(THREAD, {
    eval: true,
    execArgv: [],
    workerData: { turns, fd: SIGNS_FD, beatMs: BEAT_MS, leastBytes: LEAST_BYTES, leastCpuMs: LEAST_CPU_MS },
  });
  thread.on('error', (error) => process.stderr.write(`No signs of life while loading: ${error.message}\n`));
  const turning = setInterval(() => Atomics.add(turns, 0, 1), TURN_MS);
  try {
    return await work();
  } finally {
    clearInterval(turning);
    await thread.terminate();
  }
}
