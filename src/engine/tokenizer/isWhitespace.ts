/**
 * Whether a UTF-16 unit is White_Space in Unicode's sense, as the pre-tokeniser's `\s` means it. JavaScript's own `\s`
 * differs in two characters (U+0085 and U+FEFF).
 */
export function isWhitespace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return (
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}
