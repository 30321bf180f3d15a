import type { TextContext } from '../../../shared/infillRequest.js';
import { afterCursor, type AfterCursor } from './afterCursor.js';
import { type BlocksAround, blocksAround } from './blockMarks.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { indentColumns, indentOf, tabWidthOf } from '../../text/lines.js';
import { syntaxOf, type LanguageSyntax } from '../../text/languageSyntax.js';
import { scanCode, START_OF_CODE, type CodeState } from '../../text/scanCode.js';

/** What filters may know about the document around the text. All line ends are `\n`. */
export interface Surroundings {
  /** The document's last part before the cursor and first part after it, bounded by WINDOW. */
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

/** UTF-16 units looked at on each side. Enough for any block a person can see, and cheap in a 10 MB document. */
const WINDOW = 12_000;

export function surroundingsOf(context: TextContext & { readonly multiline: boolean }): Surroundings {
  const prefix = toLineFeeds(context.prefix.slice(-WINDOW));
  const suffix = toLineFeeds(context.suffix.slice(0, WINDOW));
  const above = prefix.split('\n');
  const below = suffix.split('\n');
  const lineBefore = above.pop() ?? '';
  const restOfLine = below.shift() ?? '';
  const syntax = syntaxOf(context.languageId);
  const isCut = context.prefixOffset > 0 || context.prefix.length > WINDOW;
  let depthAtLineStart = 0;
  const code = isCut ? fromOutermostLine(prefix) : prefix;
  const start = { ...START_OF_CODE, indent: indentOf(code).length };
  const cursor = scanCode(code, start, syntax, {
    line: (_, state) => (depthAtLineStart = state.open.length),
  });
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

/** A prefix that does not start with the document may start inside a string: begin at a line that is surely code. */
function fromOutermostLine(prefix: string): string {
  const start = prefix.search(/\n(?=[\p{L}@#<])/u);
  return start < 0 ? prefix.slice(prefix.indexOf('\n') + 1) : prefix.slice(start + 1);
}
