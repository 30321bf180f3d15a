import { InfillError } from './infillError.js';
import type { SerialisedError } from './protocol.js';
import { toInfillError } from './toInfillError.js';

/** What was thrown as plain data, with the stacks of its causes. */
export function serialiseError(thrown: unknown): SerialisedError {
  const { code, message, remedy } = toInfillError(thrown);
  return { code, message, remedy, stack: stackOf(thrown) };
}

/** The error again; its stack is the one of the process where it happened. */
export function deserialiseError(data: SerialisedError): InfillError {
  const error = new InfillError(data.code, data.message, data.remedy);
  error.stack = data.stack;
  return error;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return '';
  }
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\nCaused by: ${stackOf(error.cause)}` : own;
}
