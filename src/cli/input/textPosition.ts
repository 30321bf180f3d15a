import type { Span } from '../../shared/infillRequest.js';
import { UsageError } from './usageError.js';

/** As editors show it: line and column from 1, columns in UTF-16 code units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Parses `LINE:COLUMN`. */
export function parsePosition(text: string): TextPosition {
  const match = /^(\d{1,9}):(\d{1,9})$/.exec(text);
  if (match === null) {
    throw new UsageError(`"${text}" is no position. Write LINE:COLUMN, both from 1, for example 12:5.`);
  }
  return { line: Number(match[1]), column: Number(match[2]) };
}

/** Parses `LINE:COLUMN-LINE:COLUMN`; the end is not part of the range. */
export function parseRange(text: string): readonly [TextPosition, TextPosition] {
  const parts = text.split('-');
  if (parts.length !== 2) {
    throw new UsageError(`"${text}" is no range. Write LINE:COLUMN-LINE:COLUMN, for example 12:5-14:1.`);
  }
  return [parsePosition(parts[0] ?? ''), parsePosition(parts[1] ?? '')];
}

export function formatPosition({ line, column }: TextPosition): string {
  return `${line}:${column}`;
}

/** Turns positions into offsets of one text. Lines end where editors end them: at \n, \r\n and a lone \r. */
export class PositionIndex {
  readonly #lines: { readonly start: number; readonly end: number }[] = [];

  constructor(
    private readonly text: string,
    private readonly name: string,
  ) {
    let start = 0;
    for (const { index, 0: lineEnd } of text.matchAll(/\r\n|\r|\n/g)) {
      this.#lines.push({ start, end: index });
      start = index + lineEnd.length;
    }
    this.#lines.push({ start, end: text.length });
  }

  /** UTF-16 offset of a position; one that the text does not have is a UsageError that says what it has. */
  offsetOf({ line, column }: TextPosition): number {
    const count = this.#lines.length;
    const found = this.#lines[line - 1];
    if (found === undefined) {
      throw new UsageError(`${this.name} has no line ${line}: its lines are 1 to ${count}.`);
    }
    const columns = found.end - found.start + 1;
    if (column < 1 || column > columns) {
      throw new UsageError(`Line ${line} of ${this.name} has no column ${column}: its columns are 1 to ${columns}.`);
    }
    const offset = found.start + column - 1;
    if (isInsideCharacter(this.text, offset)) {
      const character = String.fromCodePoint(this.text.codePointAt(offset - 1) ?? 0);
      const hint = `columns count UTF-16 units, so choose ${column - 1} or ${column + 1}`;
      throw new UsageError(
        `Column ${column} in line ${line} of ${this.name} is inside the character ${character}: ${hint}.`,
      );
    }
    return offset;
  }

  spanOf([from, to]: readonly [TextPosition, TextPosition]): Span {
    const span = { start: this.offsetOf(from), end: this.offsetOf(to) };
    if (span.end <= span.start) {
      throw new UsageError(`The range ${formatPosition(from)}-${formatPosition(to)} of ${this.name} is empty.`);
    }
    return span;
  }

  positionOf(offset: number): TextPosition {
    const index = this.#lines.findLastIndex(({ start }) => start <= offset);
    return { line: index + 1, column: offset - (this.#lines[index]?.start ?? 0) + 1 };
  }
}

function isInsideCharacter(text: string, offset: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(offset - 1, offset + 1));
}
