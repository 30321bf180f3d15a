/** Kinds of characters that tokens are made of. */
export const BLANK = 0;
export const WORD = 1;
export const MARK = 2;
export const LINE_BREAK = 3;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (code === LINE_FEED || code === CARRIAGE_RETURN) return LINE_BREAK;
  if (/[\s\0]/u.test(char)) return BLANK;
  return /[\w$]/u.test(char) ? WORD : MARK;
});

/**
 * The kind of a UTF-16 unit. Beyond ASCII all but blanks belong to words, so that no character of two units is ever cut.
 */
export function kindOf(unit: number): number {
  if (unit < 128) return ASCII[unit]!;
  return isWideBlank(unit) ? BLANK : WORD;
}

function isWideBlank(unit: number): boolean {
  if (unit < 0x1680) return unit === 0xa0;
  return (
    unit === 0xfeff ||
    unit === 0x3000 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f
  );
}

/** Where the line break that begins at `at` ends: `\r\n` is one. */
export function lineBreakEnd(text: string, at: number): number {
  return text.charCodeAt(at) === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
}

/** Where the line break that ends at `at` begins, not before `floor`. */
export function lineBreakStart(text: string, at: number, floor: number): number {
  const isPair =
    at - 2 >= floor && text.charCodeAt(at - 1) === LINE_FEED && text.charCodeAt(at - 2) === CARRIAGE_RETURN;
  return isPair ? at - 2 : at - 1;
}
