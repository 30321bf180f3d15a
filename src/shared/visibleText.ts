/**
 * Characters that act instead of being seen: they move a terminal's cursor, colour or hide what follows, or turn the order of
 * text around. Joiners and variation selectors, which only shape what is seen, are none of them.
 */
const ACTING =
  /(?![\t\n])(?:\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}|\p{Noncharacter_Code_Point}|[\uFFF9-\uFFFB]|(?!\u00AD|\p{Join_Control}|[\uFE00-\uFE0F])\p{Default_Ignorable_Code_Point})/gu;

/** Text of unknown origin for a person's eyes: `\x1b` instead of the escape character, and so on. Line ends become `\n`. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(ACTING, escaped);
}

/** The same for a text that is to stay in its line. */
export function visibleLine(text: string): string {
  return visibleText(
    text.replace(/[\r\n\t]/gu, (blank) => ({ '\r': '\\r', '\n': '\\n', '\t': '\\t' })[blank] ?? blank),
  );
}

/** JSON text with such characters spelled by JSON's own escapes: the same value, and nothing that acts. */
export function visibleJson(json: string): string {
  return json.replace(ACTING, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}
