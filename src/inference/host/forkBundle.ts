import { type ChildProcess, fork } from 'node:child_process';
import { childEnvironment } from './childEnvironment.js';
import { fewArenas } from './fewArenas.js';
import { guardOrphan } from './orphanGuard.js';
import { OutputLines } from './outputLines.js';
import { parsePulse, type Pulse } from '../../process/pulse.js';
import { SIGNS_FD } from '../../process/signsFd.js';

export interface ForkOptions {
  /** Node flags of the child; ours are never inherited. */
  readonly execArgv?: readonly string[];
  /** What becomes of its standard output. */
  readonly stdout: 'ignore' | 'pipe';
  /** Told every line of its standard error. */
  readonly onErrorLine: (line: string) => void;
  /** How long it may take to end by itself once this process is gone. */
  readonly graceMs: number;
  /** Told of signs of life, see signsOfLife.ts; without it there is no way for them. */
  readonly onPulse?: (pulse: Pulse) => void;
}

/** Starts a bundle of ours as a child process, with a channel for messages. `stderr` remembers its last lines. */
export function forkBundle(
  bundle: string,
  { execArgv = [], stdout, onErrorLine, graceMs, onPulse }: ForkOptions,
): { readonly child: ChildProcess; readonly stderr: OutputLines } {
  const child = fork(bundle, [], {
    serialization: 'advanced',
    execArgv: [...execArgv],
    // What the person has set comes after it, and counts.
    env: { ...fewArenas(process.platform), ...childEnvironment(process.env, 'electron' in process.versions) },
    stdio: ['ignore', stdout, 'pipe', 'ipc', ...(onPulse === undefined ? [] : (['pipe'] as const))],
  });
  const pulses = new OutputLines((line) => {
    const pulse = parsePulse(line);
    if (pulse !== undefined) onPulse?.(pulse);
  });
  child.stdio[SIGNS_FD]?.on('data', (text) => pulses.push(String(text)));
  guardOrphan(child, graceMs, (reason) => onErrorLine(`Nothing would end it if it hung without its host: ${reason}`));
  const stderr = new OutputLines(onErrorLine);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  return { child, stderr };
}
