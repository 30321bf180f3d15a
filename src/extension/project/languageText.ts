export interface LanguageText {
  readonly languageId: string;
  readonly text: string;
}

/** The cells of a notebook as one text for each language, joined as the text before a cursor in one of them is. */
export function joinedByLanguage(cells: readonly LanguageText[], eol: string): readonly LanguageText[] {
  const languages = [...new Set(cells.map(({ languageId }) => languageId))];
  return languages.map((languageId) => {
    const those = cells.filter((cell) => cell.languageId === languageId);
    return { languageId, text: those.map(({ text }) => text).join(eol + eol) };
  });
}
