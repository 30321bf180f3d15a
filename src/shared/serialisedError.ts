import { InfillError } from './infillError.js';
import type { SerialisedError } from './protocol.js';

const BUG_REMEDY = 'This is a bug in Infill: please report it with the log.';

/** An error as plain data. Anything that is not an InfillError is a bug and becomes `internal`. */
export function serialiseError(error: unknown): SerialisedError {
  if (error instanceof InfillError) {
    return { code: error.code, message: error.message, remedy: error.remedy, stack: stackOf(error) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `Unexpected error: ${message}`, remedy: BUG_REMEDY, stack: stackOf(error) };
}

/** The error again; its stack is the one of the process where it happened. */
export function deserialiseError(data: SerialisedError): InfillError {
  const error = new InfillError(data.code, data.message, data.remedy);
  error.stack = data.stack;
  return error;
}

/** The error itself, or a bug's exception as an InfillError that says so. */
export function asInfillError(error: unknown): InfillError {
  return error instanceof InfillError ? error : deserialiseError(serialiseError(error));
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return '';
  }
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\nCaused by: ${stackOf(error.cause)}` : own;
}
