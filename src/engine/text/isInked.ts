/** Whether a line has anything on it besides blanks. */
export function isInked(line: string): boolean {
  return line.trim() !== '';
}
