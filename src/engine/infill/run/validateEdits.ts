import {
  LINES_AROUND,
  MOST_EDIT_LINES,
  MOST_EDIT_UNITS,
  MOST_EDITS,
  type RecentEdit,
  type RecentEdits,
} from '../../../shared/recentEdit.js';
import { invalidRequest } from './invalidRequest.js';

/** Lines of each part of an edit, at most. */
const MOST_LINES = {
  before: MOST_EDIT_LINES,
  after: MOST_EDIT_LINES,
  linesBefore: LINES_AROUND,
  linesAfter: LINES_AROUND,
} as const;
const PARTS = ['before', 'after', 'linesBefore', 'linesAfter'] as const satisfies (keyof typeof MOST_LINES)[];

/** @throws InfillError `invalid-request` that names the member of the edits that cannot be used. */
export function validateEdits({ edits, lineBefore }: RecentEdits): void {
  if (edits.length > MOST_EDITS) {
    throw invalidRequest(`There are ${String(edits.length)} edits.`, `Give the newest ${String(MOST_EDITS)} at most.`);
  }
  edits.forEach((edit, i) => validateEdit(edit, `edits.${String(i)}`));
  if (lineBefore !== undefined) requireLine('lineBefore', lineBefore);
}

function validateEdit(edit: RecentEdit, name: string): void {
  if (!Number.isInteger(edit.line) || edit.line < 1) {
    throw invalidRequest(`${name}.line is ${String(edit.line)}.`, 'Lines are whole numbers and count from 1.');
  }
  for (const part of PARTS) {
    const lines = edit[part];
    if (lines.length > MOST_LINES[part]) {
      throw invalidRequest(
        `${name}.${part} has ${String(lines.length)} lines.`,
        `Give at most ${String(MOST_LINES[part])}.`,
      );
    }
    lines.forEach((line, i) => requireLine(`${name}.${part}.${String(i)}`, line));
  }
  const units = PARTS.flatMap((part) => edit[part]).reduce((sum, { length }) => sum + length, 0);
  if (units > MOST_EDIT_UNITS) {
    throw invalidRequest(
      `${name} has ${String(units)} characters.`,
      `Leave edits of more than ${String(MOST_EDIT_UNITS)} characters out.`,
    );
  }
}

function requireLine(name: string, line: string): void {
  if (/[\r\n]/u.test(line)) throw invalidRequest(`${name} has a line break.`, 'Each line is a text of its own.');
  if (line.length > MOST_EDIT_UNITS) {
    throw invalidRequest(
      `${name} has ${String(line.length)} characters.`,
      `Leave lines of more than ${String(MOST_EDIT_UNITS)} out.`,
    );
  }
}
