import { InfillError } from '../../../shared/infillError.js';

/** The error of a request that cannot be computed: what is wrong with it, and what to do instead. */
export function invalidRequest(message: string, remedy: string): InfillError {
  return new InfillError('invalid-request', message, remedy);
}
