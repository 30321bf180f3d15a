import type { ReplacedLines } from '../editor/editorText.js';

/** Lines of a document that were changed, and what stood there. The first and the last ones may be as they were. */
export interface ChangedLines {
  /** From 0. */
  readonly start: number;
  /** Lines that stand there now. */
  readonly count: number;
  readonly before: readonly string[];
  /** When it was changed last; a higher number is later. */
  readonly time: number;
}

const LINE_BREAK = /\r\n|\r|\n/u;

/** The lines of a text, without their ends. */
export function linesOf(text: string): string[] {
  return text.split(LINE_BREAK);
}

/** The lines of one document, and which of them were changed. */
export class DocumentEdits {
  private readonly current: string[];
  /** Ascending; none touches another. */
  private changed: readonly ChangedLines[] = [];

  constructor(text: string) {
    this.current = linesOf(text);
  }

  get lines(): readonly string[] {
    return this.current;
  }

  /** Ascending, with at least one line between two of them. */
  get edits(): readonly ChangedLines[] {
    return this.changed;
  }

  /** Follows a change. It becomes one edit with those in the same lines and in adjoining ones; none if it takes them back. */
  change({ first, firstCharacter, last, lastCharacter, text }: ReplacedLines, time: number): void {
    const { current } = this;
    const written = linesOf(
      (current[first] ?? '').slice(0, firstCharacter) + text + (current[last] ?? '').slice(lastCharacter),
    );
    const touched = this.changed.filter(({ start, count }) => start <= last + 1 && start + count >= first);
    const start = Math.min(first, ...touched.map((each) => each.start));
    const end = Math.max(last + 1, ...touched.map((each) => each.start + each.count));
    const before = this.standing(start, end, touched);
    current.splice(first, last + 1 - first, ...written);
    const more = written.length - (last + 1 - first);
    const edit = { start, count: end - start + more, before, time };
    this.changed = [
      ...this.changed.filter((each) => each.start + each.count < first),
      ...(this.isTakenBack(edit) ? [] : [edit]),
      ...this.changed.filter((each) => each.start > last + 1).map((each) => ({ ...each, start: each.start + more })),
    ];
  }

  /** What stands there counts as what has always stood there. */
  forget(edit: ChangedLines): void {
    this.changed = this.changed.filter((each) => each !== edit);
  }

  /** What stood in lines of the text before edits that lie in it. */
  private standing(start: number, end: number, edits: readonly ChangedLines[]): string[] {
    const before: string[] = [];
    let at = start;
    for (const edit of edits) {
      before.push(...this.current.slice(at, edit.start), ...edit.before);
      at = edit.start + edit.count;
    }
    return [...before, ...this.current.slice(at, end)];
  }

  /** Lines that are as before within an edit stay in it: only so does undo find what it takes back, even among equal lines. */
  private isTakenBack({ start, count, before }: ChangedLines): boolean {
    return count === before.length && before.every((line, i) => line === this.current[start + i]);
  }
}
