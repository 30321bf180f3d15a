import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 5000;
const POLL_MS = 50;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const running = new Set<ChildProcess>();
let watching = false;

/** Takes care that a detached child, and all it starts, ends with this process, also when that is interrupted. */
export function adoptGroup(child: ChildProcess): void {
  running.add(child);
  if (watching) {
    return;
  }
  watching = true;
  process.once('exit', () => running.forEach((each) => signalGroup(each, 'SIGKILL')));
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.once(signal, () => process.exit(code));
  }
}

/** Ends a child and all it started: politely, then not. */
export async function stopGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM');
  for (let waited = 0; waited < GRACE_MS && signalGroup(child, 0); waited += POLL_MS) {
    await sleep(POLL_MS);
  }
  signalGroup(child, 'SIGKILL');
  running.delete(child);
}

/** Sends a signal, or with 0 nothing, to a detached child's process group. False if there is none any more. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch {
    return false; // no such process
  }
}
