import type { LanguageSyntax } from './languageSyntax.js';
import { scanCode, type CodeState } from './scanCode.js';

/** What the text behind the cursor settles of that before it. */
export interface AfterCursor {
  /** Closing brackets that close what was opened before the cursor, innermost first. */
  readonly closers: readonly string[];
  /** The string or block comment that the cursor is in is ended. */
  readonly endsString: boolean;
}

export function afterCursor(cursor: CodeState, suffix: string, syntax: LanguageSyntax): AfterCursor {
  const endsString = endsStringOf(cursor, suffix, syntax);
  const closers: string[] = [];
  let lowest = cursor.open.length;
  scanCode(suffix, endsString ? cursor : { ...cursor, inside: '' }, syntax, {
    closed: (index, after) => {
      if (after.open.length >= lowest) return;
      lowest = after.open.length;
      closers.push(suffix.charAt(index));
    },
  });
  return { closers, endsString };
}

function endsStringOf(cursor: CodeState, suffix: string, syntax: LanguageSyntax): boolean {
  const { inside } = cursor;
  if (inside === '' || inside === '\n') return false;
  const isShort = syntax.strings.includes(inside);
  let ends = 0;
  const end = scanCode(isShort ? (suffix.split('\n', 1)[0] ?? '') : suffix, cursor, syntax, {
    closed: () => (ends += 1),
  });
  // A long delimiter further down may as well begin the next string. Then all below is read inside out, to the end.
  return ends > 0 && (isShort || end.inside !== inside);
}
