import {
  LINES_AROUND,
  MOST_EDIT_LINES,
  MOST_EDIT_UNITS,
  type RecentEdit,
  type RecentEdits,
} from '../../shared/recentEdit.js';
import type { ChangedLines, DocumentEdits } from './documentEdits.js';

/** An edit, and when it was made. */
export type TimedEdit = Omit<RecentEdit, 'uri' | 'path'> & { readonly time: number };

/** The edits of a document; those of more than a few lines are left out. */
export function editsOf(document: DocumentEdits): TimedEdit[] {
  return document.edits.flatMap((edit) => told(document, trimmed(document, edit)));
}

/**
 * The edits of the document in which the cursor stands: of one that reaches over the cursor's line what lies above and below it, each
 * with its share of what stood there; and the line before it was changed, where it is known which one that was.
 *
 * @param cursorLine from 0
 */
export function editsBeside(
  document: DocumentEdits,
  cursorLine: number,
): { readonly edits: readonly TimedEdit[] } & Pick<RecentEdits, 'lineBefore'> {
  const all = document.edits.map((edit) => trimmed(document, edit));
  const own = all.find(({ start, count }) => start <= cursorLine && cursorLine < start + count);
  if (own === undefined) return { edits: all.flatMap((edit) => told(document, edit)) };
  const above = cursorLine - own.start;
  const below = own.count - above - 1;
  const { before, time } = own;
  const isInPlace = before.length === own.count;
  const lineBefore = isInPlace ? before[above] : undefined;
  const shareAbove = before.slice(0, above);
  const shareBelow = before.slice(isInPlace ? above + 1 : Math.max(shareAbove.length, before.length - below));
  const parts: ChangedLines[] = [
    { start: own.start, count: above, before: shareAbove, time },
    { start: cursorLine + 1, count: below, before: shareBelow, time },
  ];
  const others = all.filter((edit) => edit !== own);
  return {
    edits: [...others, ...parts.map((part) => trimmed(document, part))].flatMap((edit) => told(document, edit)),
    ...(lineBefore === undefined ? {} : { lineBefore }),
  };
}

/** Without the lines at either end that are as before. */
function trimmed({ lines }: DocumentEdits, { start, count, before, time }: ChangedLines): ChangedLines {
  const most = Math.min(count, before.length);
  let head = 0;
  while (head < most && before[head] === lines[start + head]) head++;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === lines[start + count - 1 - tail]) tail++;
  return { start: start + head, count: count - head - tail, before: before.slice(head, before.length - tail), time };
}

function told({ lines }: DocumentEdits, { start, count, before, time }: ChangedLines): TimedEdit[] {
  if (count > MOST_EDIT_LINES || before.length > MOST_EDIT_LINES) return [];
  const end = start + count;
  const edit = {
    line: start + 1,
    before,
    after: lines.slice(start, end),
    linesBefore: lines.slice(Math.max(0, start - LINES_AROUND), start),
    linesAfter: lines.slice(end, end + LINES_AROUND),
    time,
  };
  const all = [edit.before, edit.after, edit.linesBefore, edit.linesAfter].flat();
  const units = all.reduce((sum, { length }) => sum + length, 0);
  return units > MOST_EDIT_UNITS || isOnlyBlanks(edit) ? [] : [edit];
}

/** Whether nothing but blanks and line breaks was changed. */
function isOnlyBlanks({ before, after }: Pick<RecentEdit, 'before' | 'after'>): boolean {
  const [old, now] = [before, after].map((lines) => lines.join('').replace(/\s+/gu, ''));
  return old === now;
}
