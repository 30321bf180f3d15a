/**
 * The text with `\n` at the end of every line. Lines end where editors end them: at `\n`, `\r\n` and a lone `\r`. All that reads a
 * document's lines reads them so, and the model was trained on `\n`; what it writes comes back with the document's own.
 */
export function toLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/gu, '\n') : text;
}

/** For every offset into `toLineFeeds(text)`, and for its end, the offset into `text`. */
export function originalOffsets(text: string): number[] {
  const offsets: number[] = [];
  for (let i = 0; i <= text.length; i++) {
    offsets.push(i);
    if (text.startsWith('\r\n', i)) i++;
  }
  return offsets;
}

/** From `\n` to the document's line ends. */
export function convertLineEnds(text: string, eol: '\n' | '\r\n'): string {
  return eol === '\n' ? text : text.replaceAll('\n', eol);
}
