import { Worker } from 'node:worker_threads';
import { errorCode } from '../shared/errorCode.js';

/** Milliseconds between two looks, and until a process whose parent is gone has to have ended by itself. */
const LOOK_MS = 250;
const GRACE_MS = 400;

/** Runs in a thread of its own, so it is plain JavaScript: the other thread computes, and may not come to look for a second. */
const THREAD = `
const { workerData: { pid, lookMs, graceMs } } = require('node:worker_threads');
const timer = setInterval(() => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'ESRCH') return;
    clearInterval(timer);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs);
  }
}, lookMs);
`;

/**
 * Ends this process within a second after another one has ended, whatever is computed or loaded then. One that is not there now, as
 * where a client runs in a container of its own, says nothing.
 */
export function endWith(pid: number): void {
  if (!isThere(pid)) return;
  const thread = new Worker(THREAD, {
    eval: true,
    execArgv: [],
    workerData: { pid, lookMs: LOOK_MS, graceMs: GRACE_MS },
  });
  thread.on('error', (error) =>
    process.stderr.write(`infill: nobody looks after process ${String(pid)}: ${error.message}\n`),
  );
  thread.unref();
}

/** Whether there is a process of this number, of whomever. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
