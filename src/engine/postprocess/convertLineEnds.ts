/** From `\n`, which all filters use, to the document's line ends. Not a filter: it must come once, after all of them. */
export function convertLineEnds(text: string, eol: '\n' | '\r\n'): string {
  return eol === '\n' ? text : text.replaceAll('\n', eol);
}
