/** The line end that the text uses more often; `\n` when it has none. */
export function eolOf(text: string): '\n' | '\r\n' {
  const all = text.match(/\n/g)?.length ?? 0;
  const windows = text.match(/\r\n/g)?.length ?? 0;
  return windows * 2 > all ? '\r\n' : '\n';
}

/** One level of indentation: a tab, or the most frequent increase from one line to the next; two spaces when nothing tells. */
export function indentUnitOf(text: string): string {
  const votes = new Map<string, number>();
  let previous = 0;
  for (const [, blanks = ''] of text.slice(0, 200_000).matchAll(/^([ \t]*)[^\s]/gm)) {
    const increase = blanks.length - previous;
    if (blanks.startsWith('\t')) {
      votes.set('\t', (votes.get('\t') ?? 0) + 1);
    } else if (increase >= 2 && increase <= 8) {
      votes.set(' '.repeat(increase), (votes.get(' '.repeat(increase)) ?? 0) + 1);
    }
    previous = blanks.length;
  }
  const [best] = [...votes].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? '  ';
}
