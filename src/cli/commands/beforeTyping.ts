import type { InfillRequest } from '../../shared/infillRequest.js';

/** What was typed last when a request is made warm: a few characters, UTF-16 units. */
const TYPED = 3;

/** The same request as it was a few keys ago: its context is what the later one finds in the cache. */
export function beforeTyping({ context, options }: InfillRequest): InfillRequest {
  const quick = { ...options, steps: 1, candidates: 1 }; // of what it answers nothing is kept
  return { context: { ...context, prefix: context.prefix.slice(0, -TYPED) }, options: quick };
}
