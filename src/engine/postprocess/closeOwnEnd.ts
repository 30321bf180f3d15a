import { isBalanced, ownClosers } from '../text/balance.js';
import { isBlank } from '../text/lines.js';
import { type Nothing } from './surroundings/filter.js';
import type { Surroundings } from './surroundings/surroundings.js';

/**
 * Ends what a text began and did not end, where nothing but a beginning is left of it (`cutUnbalancedEnd`): `{ create` becomes
 * `{ create}`. Comes once, after all filters, because it adds characters.
 */
export function closeOwnEnd(text: string, around: Surroundings): string | Nothing {
  if (isBalanced(text, around)) return text;
  const closers = ownClosers(text, around);
  if (closers !== '' && isBalanced(text + closers, around)) return text + closers;
  const reason = isBlank(around.lineBefore + around.restOfLine) ? 'only-opens' : 'out-of-scope';
  return { reason, detail: 'The text opens something and does not close it.' };
}
