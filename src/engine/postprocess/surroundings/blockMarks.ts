import { type Closer, openerOf } from '../../text/afterCursor.js';
import type { LanguageSyntax } from '../../text/languageSyntax.js';
import { type CodeState, type OpenBracket, START_OF_CODE, withoutText } from '../../text/scanCode.js';

/** Where a block without brackets begins or ends. Both ends of a block have the same `mark`: its kind and its name. */
export interface BlockMark extends OpenBracket {
  readonly index: number;
  readonly opens: boolean;
  /** Nothing but blanks stands before it on its line. */
  readonly isFirst: boolean;
}

/** Blocks that begin before the cursor and have no end there, outermost first, and ends behind it without a beginning there. */
export interface BlocksAround {
  readonly open: readonly OpenBracket[];
  readonly closers: readonly Closer[];
  /** The cursor's line up to the cursor, without strings and comments. */
  readonly lineCode: string;
}

/** More levels than that are not code. */
const MAX_DEPTH = 200;
const MAX_CLOSERS = 50;

/** @param after the state of the code behind the cursor, as the suffix goes on with it. */
export function blocksAround(prefix: string, suffix: string, after: CodeState, syntax: LanguageSyntax): BlocksAround {
  if (syntax.pairs.length === 0) return { open: [], closers: [], lineCode: '' };
  const before = withoutText(prefix, START_OF_CODE, syntax);
  const lineCode = before.slice(before.lastIndexOf('\n') + 1);
  const open = blockMarks(before, syntax).reduce(passed, []);
  const closers: Closer[] = [];
  let opened: readonly OpenBracket[] = [];
  for (const mark of marksAfter(lineCode, withoutText(suffix, after, syntax), syntax)) {
    const closer = closerOf(mark);
    if (mark.opens || openerOf(opened, closer) >= 0) opened = passed(opened, mark);
    else if (closers.length < MAX_CLOSERS) closers.push(closer);
  }
  return { open, closers, lineCode };
}

/** Where a text is put: what is open there, with and without brackets, and by which rules. */
export interface TextPlace {
  readonly blocks: BlocksAround;
  readonly cursor: CodeState;
  readonly syntax: LanguageSyntax;
}

/** The marks of a text at the cursor; `index` counts from its start. */
export function textMarks(text: string, { blocks, cursor, syntax }: TextPlace): readonly BlockMark[] {
  if (syntax.pairs.length === 0) return [];
  return marksAfter(blocks.lineCode, withoutText(text, cursor, syntax), syntax);
}

/** The marks of a line that begins in code. */
export function lineMarks(line: string, syntax: LanguageSyntax): readonly BlockMark[] {
  return syntax.pairs.length === 0 ? [] : blockMarks(withoutText(line, START_OF_CODE, syntax), syntax);
}

/** What is open behind `mark`. */
export function passed(open: readonly OpenBracket[], mark: BlockMark): readonly OpenBracket[] {
  if (mark.opens) return open.length < MAX_DEPTH ? [...open, mark] : open;
  const opener = openerOf(open, closerOf(mark));
  return opener < 0 ? open : open.slice(0, opener);
}

function closerOf({ mark, indent, isFirst }: BlockMark): Closer {
  return { mark, indent: isFirst ? indent : undefined };
}

function marksAfter(lineCode: string, code: string, syntax: LanguageSyntax): readonly BlockMark[] {
  const start = lineCode.length;
  return blockMarks(lineCode + code, syntax)
    .filter(({ index }) => index >= start)
    .map((mark) => ({ ...mark, index: mark.index - start }));
}

/** @param code without strings and comments. */
function blockMarks(code: string, { pairs }: LanguageSyntax): readonly BlockMark[] {
  const marks = pairs.flatMap((pair, kind) =>
    [pair.open, pair.close].flatMap((pattern) =>
      Array.from(code.matchAll(pattern), (match) => {
        const index = match.index + match[0].search(/[^ \t;,]/u);
        const lineStart = code.lastIndexOf('\n', index - 1) + 1;
        const indent = /^[ \t]*/u.exec(code.slice(lineStart, index))![0].length;
        const name = match.slice(1).join(''); // groups that took no part are empty
        return {
          index,
          mark: `${String(kind)} ${pattern.ignoreCase ? name.toLowerCase() : name}`,
          opens: pattern === pair.open,
          indent,
          isFirst: lineStart + indent === index,
        };
      }),
    ),
  );
  return marks.sort((a, b) => a.index - b.index);
}
