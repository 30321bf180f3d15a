import { InfillError } from './infillError.js';

/** What was thrown, in a form for a person: the error itself, or a bug's exception as one that says so and keeps its stack. */
export function toInfillError(thrown: unknown): InfillError {
  if (thrown instanceof InfillError) return thrown;
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  const end = /[.!?]$/u.test(what) ? '' : '.';
  const remedy = 'This is a bug in Infill: please report it with the log and the diagnostics.';
  const error = new InfillError('internal', `Unexpected error: ${what}${end}`, remedy, { cause: thrown });
  if (thrown instanceof Error && thrown.stack !== undefined) error.stack = thrown.stack;
  return error;
}
