/** What opens a block at the end of a line, in the languages that have brackets and in those whose blocks only begin with a colon. */
const OPENS_BLOCK = /[{([]$/;
const OPENS_BLOCK_BY_COLON = /[{([:]$/;
const COLON_LANGUAGES = new Set(['python', 'yaml', 'dockercompose', 'nim', 'gdscript']);

/**
 * What Enter most likely puts at the end of `prefix`: a line break and the indentation that the editor gives the new line.
 *
 * @returns undefined where something follows on the cursor's line, so that Enter would rather take that apart.
 */
export function nextLine(
  prefix: string,
  suffix: string,
  { languageId, eol, indentUnit }: { readonly languageId: string; readonly eol: string; readonly indentUnit: string },
): string | undefined {
  const [rest = ''] = suffix.split(/[\r\n]/, 1);
  if (rest.trim() !== '') {
    return undefined;
  }
  const line = prefix.slice(Math.max(prefix.lastIndexOf('\n'), prefix.lastIndexOf('\r')) + 1);
  const [indent = ''] = /^[ \t]*/.exec(line) ?? [];
  const opens = COLON_LANGUAGES.has(languageId) ? OPENS_BLOCK_BY_COLON : OPENS_BLOCK;
  return eol + indent + (opens.test(line.trimEnd()) ? indentUnit : '');
}
