import { scanCode } from './scanCode.js';
import type { Surroundings } from './surroundings.js';

/** Closing brackets behind the cursor that close what was opened before it, innermost first. */
export function closersAfterCursor(around: Surroundings): readonly string[] {
  const { cursor, suffix, syntax } = around;
  const closers: string[] = [];
  let lowest = cursor.open.length;
  scanCode(suffix, endsString(around) ? cursor : { ...cursor, inside: '' }, syntax, {
    closed: (index, after) => {
      if (after.open.length >= lowest) return;
      lowest = after.open.length;
      closers.push(suffix.charAt(index));
    },
  });
  return closers;
}

/** Whether the string or block comment that the cursor is in is ended behind it. */
export function endsString({ cursor, restOfLine, suffix, syntax }: Surroundings): boolean {
  const { inside } = cursor;
  if (inside === '' || inside === '\n') return false;
  let isEnded = false;
  const isShort = syntax.strings.includes(inside);
  const end = scanCode(isShort ? restOfLine : suffix, cursor, syntax, { closed: () => (isEnded = true) });
  // A long delimiter further down may as well begin the next string. Then all below is read inside out, to the end.
  return isEnded && (isShort || end.inside !== inside);
}
