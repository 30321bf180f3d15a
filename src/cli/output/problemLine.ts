/** What went wrong, for stderr. A line end in it, which may be that of a damaged file's text, begins no line of ours. */
export function problemLine(problem: string): string {
  return `infill: ${problem.replace(/\r\n|\r|\n/g, '\n  ')}\n`;
}
