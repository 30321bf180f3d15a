import { cut, type Filter } from '../filter.js';
import { scanCode } from '../scanCode.js';

/** Stops where the text ends the string or comment that the cursor is in, when the document ends it itself: `import './|'`. */
export const cutDoubledQuote: Filter = (text, around) => {
  const { cursor, syntax } = around;
  if (!around.after.endsString) return text;
  let place = text.length;
  const end = scanCode(text, cursor, syntax, { closed: (index) => (place = Math.min(place, index)) });
  // Ended and begun again, as in `" + name + "`, it fits.
  if (place === text.length || end.inside === cursor.inside) return text;
  return cut(text, place, 'already-there', 'The text only ends the string that is already ended after the cursor.');
};
