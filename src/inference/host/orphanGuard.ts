import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Waits for the end of its input, which comes when the host is gone, however it ended. Then gives the process $1 at most $2
 * seconds to end by itself. A line of input means that there is nothing left to guard.
 */
const SCRIPT = `
trap '' HUP INT TERM
read -r _ && exit
left=$2
while kill -0 "$1" 2>/dev/null; do
  [ "$left" -gt 0 ] || { kill -KILL "$1"; exit; }
  left=$((left - 1))
  sleep 1
done`;

/**
 * Sees to it that a child does not outlive its host. A child ends by itself when the channel closes, but not while it hangs or
 * is stopped: only another process can end it then, and a killed host no longer does. This one is a shell that sleeps.
 * Windows needs none: there the system ends all children of a Node process with it.
 *
 * @param graceMs how long the child may need to clean up after the host.
 * @param onFailure told where there is no shell: then nothing guards.
 */
export function guardOrphan(child: ChildProcess, graceMs: number, onFailure: (reason: string) => void): void {
  if (process.platform === 'win32' || child.pid === undefined) {
    return;
  }
  const seconds = Math.ceil(graceMs / 1000);
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'infill-guard', String(child.pid), String(seconds)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/', // no folder is kept busy
  });
  guard.on('error', (error) => onFailure(error.message));
  guard.stdin.on('error', () => undefined); // it was ended by somebody else
  guard.unref();
  child.once('exit', () => guard.stdin.end('\n'));
}
