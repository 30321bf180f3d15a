const TAB = 4;

/** Columns of blanks at the start of a line, tabs to multiples of four: good for comparing lines of one document. */
export function indentationOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === ' ') columns++;
    else if (character === '\t') columns += TAB - (columns % TAB);
    else break;
  }
  return columns;
}
