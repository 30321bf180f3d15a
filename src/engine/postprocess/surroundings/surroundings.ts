import type { TextContext } from '../../../shared/infillRequest.js';
import { afterCursor, type AfterCursor } from '../../text/afterCursor.js';
import { type BlocksAround, blocksAround } from './blockMarks.js';
import { CODE_REACH, type CodeBefore } from '../../text/codeBefore.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { indentColumns, tabWidthOf } from '../../text/lines.js';
import type { LanguageSyntax } from '../../text/languageSyntax.js';
import type { CodeState } from '../../text/scanCode.js';

/** What filters may know about the document around the text. All line ends are `\n`. */
export interface Surroundings {
  /** The document's last part before the cursor and first part after it, bounded by CODE_REACH. */
  readonly prefix: string;
  readonly suffix: string;
  /** The cursor's line, before and after the cursor. */
  readonly lineBefore: string;
  readonly restOfLine: string;
  /** Whole lines above and below the cursor's line, in document order. */
  readonly linesAbove: readonly string[];
  readonly linesBelow: readonly string[];
  readonly syntax: LanguageSyntax;
  /** The part of the prefix that begins with code, and in which state. */
  readonly code: string;
  readonly start: CodeState;
  /** The state of the code at the cursor, and how many brackets are open where the cursor's line starts. */
  readonly cursor: CodeState;
  readonly depthAtLineStart: number;
  /** The prefix does not start with the document, so brackets may be open that are not in `cursor`. */
  readonly isCut: boolean;
  /** What the suffix does about brackets and a string that are open at the cursor. */
  readonly after: AfterCursor;
  /** The same about blocks without brackets. */
  readonly blocks: BlocksAround;
  readonly indentUnit: string;
  /** Columns of a tab, and of one level of indentation. */
  readonly tabWidth: number;
  readonly eol: '\n' | '\r\n';
  readonly multiline: boolean;
}

/** @param before the code before the cursor. */
export function surroundingsOf(
  context: TextContext & { readonly multiline: boolean },
  before: CodeBefore,
): Surroundings {
  const { text: prefix, syntax, code, start, cursor, depthAtLineStart, isCut } = before;
  const suffix = toLineFeeds(context.suffix.slice(0, CODE_REACH));
  const above = prefix.split('\n');
  const below = suffix.split('\n');
  const lineBefore = above.pop() ?? '';
  const restOfLine = below.shift() ?? '';
  const after = afterCursor(cursor, suffix, syntax);
  return {
    prefix,
    suffix,
    lineBefore,
    restOfLine,
    linesAbove: above,
    linesBelow: below,
    syntax,
    code,
    start,
    cursor,
    depthAtLineStart,
    isCut,
    after,
    blocks: blocksAround(code, suffix, after.start, syntax),
    indentUnit: context.indentUnit,
    tabWidth: tabWidthOf(context.indentUnit),
    eol: context.eol,
    multiline: context.multiline,
  };
}

/** Columns by which a line is indented in this document. */
export function columnsOf(line: string, around: Surroundings): number {
  return indentColumns(line, around.tabWidth);
}
