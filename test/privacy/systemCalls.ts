import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Calls that open a connection or make a file; those with `?` do not exist on every architecture. */
const CALLS = 'socket,openat,mkdirat,?open,?creat,?mkdir';

/** The start of a command line that records in `file` what the rest of it, and every process it starts, asks of the system. */
export function traced(file: string): readonly string[] {
  return ['strace', '-f', '-qq', '-o', file, '-e', `trace=${CALLS}`, '--'];
}

/** Why system calls cannot be recorded here, or false. */
export function cannotTrace(): string | false {
  if (process.platform !== 'linux') {
    return 'strace exists on Linux only';
  }
  const [program, ...args] = [...traced('/dev/null'), 'true'];
  const { error, status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) {
    return `strace is missing (${error.message})`;
  }
  return status === 0 ? false : `strace may not trace here: ${stderr.trim()}`;
}

/** Sockets of the internet's protocols. A name cannot be looked up and no host reached without one. */
export function internetSockets(trace: string): string[] {
  return trace.split('\n').filter((line) => /\bsocket\(AF_INET6?\b/.test(line));
}

/** Paths of files and folders that were made anew or opened to be, other than devices. */
export function createdPaths(trace: string): string[] {
  const calls = trace.split('\n').filter((line) => /\b(mkdir|mkdirat|creat)\(|O_CREAT/.test(line));
  return calls.map((line) => /"([^"]*)"/.exec(line)?.[1] ?? line).filter((name) => !name.startsWith(`${path.sep}dev/`));
}
