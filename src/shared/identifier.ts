/** Names that a request may carry, and the UTF-16 units that each of them may have. */
export const MOST_NAMES = 1000;
export const LONGEST_NAME = 100;

const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;
const BEGUN = /[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** Whether `text` is one identifier as most languages write them. */
export function isIdentifier(text: string): boolean {
  return text.length <= LONGEST_NAME && IDENTIFIER.test(text);
}

/** The identifier that `prefix` ends in the middle of, or with; '' where it ends with something else, a number for example. */
export function begunIdentifier(prefix: string): string {
  return BEGUN.exec(prefix.slice(-LONGEST_NAME))?.[0] ?? '';
}

/** Whether `suffix` goes on with an identifier that stands before it. */
export function continuesIdentifier(suffix: string): boolean {
  return /^[\p{ID_Continue}$]/u.test(suffix);
}
