/** The whitespace a line starts with. */
export function indentOf(line: string): string {
  return /^[ \t]*/u.exec(line)?.[0] ?? '';
}

/** Columns a line is indented by; a tab goes to the next multiple of `tabWidth`. */
export function indentColumns(line: string, tabWidth: number): number {
  let columns = 0;
  for (const char of indentOf(line)) columns += char === '\t' ? tabWidth - (columns % tabWidth) : 1;
  return columns;
}
