import { cut, type Filter } from '../surroundings/filter.js';
import { scanCode } from '../../text/scanCode.js';

/**
 * Stops where the text ends the string or comment that the cursor is in, when the document ends it itself: `import './|'`.
 * A text that begins the string once more is of no use: `foo("|")` and `"a"`.
 */
export const cutDoubledQuote: Filter = (text, around) => {
  const { cursor, syntax } = around;
  if (!around.after.endsString) return text;
  const { inside } = cursor;
  if (
    around.lineBefore.endsWith(inside) &&
    text.startsWith(inside) &&
    /^[\p{L}\p{N}_./@]/u.test(text.slice(inside.length))
  ) {
    return { reason: 'already-there', detail: 'The text opens a string that is already open before the cursor.' };
  }
  let place = text.length;
  const end = scanCode(text, cursor, syntax, { closed: (index) => (place = Math.min(place, index)) });
  // Ended and begun again, as in `" + name + "`, it fits.
  if (place === text.length || end.inside === inside) return text;
  return cut(text, place, 'already-there', 'The text only closes a string that is already closed after the cursor.');
};
