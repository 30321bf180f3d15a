import { InfillError } from '../../shared/infillError.js';

/** How a process ended, as Node reports it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its last lines on stderr, oldest first. */
  readonly lastOutput: readonly string[];
}

const AGAIN = 'The next request starts it again; if this repeats, set infill.device to "cpu" and see the log.';

/** An unexpected end of the inference process as an error for a person: what ended it, and what can be done. */
export function describeExit(exit: ProcessExit): InfillError {
  const output = exit.lastOutput.length === 0 ? '' : ` Its last output:\n${exit.lastOutput.join('\n')}`;
  return new InfillError(
    'worker-died',
    `The inference process ended unexpectedly (${cause(exit)}).${output}`,
    remedy(exit),
  );
}

function cause({ code, signal }: ProcessExit): string {
  if (signal !== null) {
    return `signal ${signal}`;
  }
  // Windows reports exceptions as large codes that are only known in hexadecimal, for example 0xC0000005 (access violation).
  const large = code !== null && code > 255;
  return `exit code ${code ?? 'unknown'}${large ? `, 0x${code.toString(16).toUpperCase()}` : ''}`;
}

function remedy({ signal }: ProcessExit): string {
  switch (signal) {
    case 'SIGKILL':
      return 'The system may have ended it for lack of memory: close other programs or choose a smaller model. The next request starts it again.';
    case 'SIGILL':
      return 'This processor lacks an instruction that the runtime needs; see the log for details.';
    default:
      return AGAIN;
  }
}
