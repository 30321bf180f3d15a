import { isInked } from './isInked.js';

/** Whether nothing but blanks stands in the line between two texts with `\n` as line ends. */
export function isEmptyLine(prefix: string, suffix: string): boolean {
  const lineEnd = suffix.indexOf('\n');
  const rest = lineEnd < 0 ? suffix : suffix.slice(0, lineEnd);
  return !isInked(prefix.slice(prefix.lastIndexOf('\n') + 1)) && !isInked(rest);
}
