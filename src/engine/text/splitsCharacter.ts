import type { TextContext } from '../../shared/infillRequest.js';
import { characterBoundary } from './characterBoundary.js';

/** Whether prefix and suffix meet inside a surrogate pair or a CRLF: what would be inserted there breaks the text. */
export function splitsCharacter({ prefix, suffix }: Pick<TextContext, 'prefix' | 'suffix'>): boolean {
  const around = prefix.slice(-1) + suffix.slice(0, 1);
  return prefix !== '' && characterBoundary(around, 1) !== 1;
}
