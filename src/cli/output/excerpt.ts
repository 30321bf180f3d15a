import type { Style } from './style.js';

const LINES_AROUND = 3;

/** The lines around a text that was put between `prefix` and `suffix`, numbered, with that text highlighted. */
export function excerpt(prefix: string, middle: string, suffix: string, style: Style): string {
  const before = prefix.split(/\r\n|\r|\n/);
  const after = suffix.split(/\r\n|\r|\n/);
  const first = Math.max(0, before.length - 1 - LINES_AROUND);
  const head = before.slice(first).join('\n');
  const tail = after.slice(0, LINES_AROUND + 1).join('\n');
  const highlighted = middle
    .split(/\r\n|\r|\n/)
    .map((line) => style('green', line))
    .join('\n');
  const lines = `${head}${highlighted}${tail}`.split('\n');
  const width = String(first + lines.length).length;
  return lines
    .map((line, index) => `${style('dim', `${String(first + index + 1).padStart(width)} │`)} ${line}`)
    .join('\n');
}
