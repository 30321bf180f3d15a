import { InfillError } from './infillError.js';

/** What was thrown, in a form for a person; anything but an InfillError is a bug. */
export function toInfillError(thrown: unknown): InfillError {
  if (thrown instanceof InfillError) {
    return thrown;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new InfillError(
    'internal',
    `Unexpected error: ${message}.`,
    'Please report it with the log and the diagnostics.',
    {
      cause: thrown,
    },
  );
}
