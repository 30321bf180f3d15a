import type { ReplacedLines } from '../editor/editorText.js';

/** Lines of a document that differ from what stood there, and what that was. */
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
    const edit = this.trimmed({ start, count: end - start + more, before, time });
    this.changed = [
      ...this.changed.filter((each) => each.start + each.count < first),
      ...(edit === undefined ? [] : [edit]),
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

  /** Without the lines at either end that are as before; undefined where nothing is left. */
  private trimmed({ start, count, before, time }: ChangedLines): ChangedLines | undefined {
    const most = Math.min(count, before.length);
    let head = 0;
    while (head < most && before[head] === this.current[start + head]) head++;
    let tail = 0;
    while (tail < most - head && before[before.length - 1 - tail] === this.current[start + count - 1 - tail]) tail++;
    const left = before.slice(head, before.length - tail);
    const counted = count - head - tail;
    return counted + left.length === 0 ? undefined : { start: start + head, count: counted, before: left, time };
  }
}
