import { openerOf } from '../../text/afterCursor.js';
import { lineMarks } from '../surroundings/blockMarks.js';
import { cut, type Filter } from '../surroundings/filter.js';
import { opensBlock } from '../../text/blockOpeners.js';
import { indentOf, isBlank } from '../../text/lines.js';
import { lineStarts, type LineStart } from '../surroundings/lineStarts.js';
import { columnsOf, type Surroundings } from '../surroundings/surroundings.js';

/** Lines that go on with the statement whose block has just ended. */
const CONTINUATION = /^(?:else|elif|elsif|elseif|except|catch|finally|rescue|ensure)\b/iu;

/**
 * Stops where the text leaves the cursor's block: at the first line that is indented less. The line that closes the block is
 * kept if the document does not have it already; `} else {` and the like go on with it. A text of one line is judged by the
 * lines around it.
 */
export const scopeByIndentation: Filter = (text, around) => {
  const { blocks } = around.syntax;
  if (blocks === 'none') return text;
  const lines = text.split('\n');
  const starts = lineStarts(text, around);
  const limit = limitOf(lines[0] ?? '', starts[1], around);
  const below = around.linesBelow.find((line) => !isBlank(line));

  let offset = 0;
  let closed = false;
  for (const [index, line] of lines.entries()) {
    const whole = index === 0 ? around.lineBefore + line : line;
    const isOutside =
      !isBlank(line) &&
      (index === 0 ? isAlone(text, around) : closed || columnsOf(line, around) < limit) &&
      isCode(starts[index]) &&
      !(blocks === 'braces' && line.startsWith('#')); // the preprocessor's lines have their own indentation
    if (isOutside) {
      const next = starts[index + 1];
      const isCloser = closerOf(line, around) !== undefined;
      const isContinued = isCloser
        ? next !== undefined && (opensBlock(next, around.syntax) || beginsAnother(line, around))
        : CONTINUATION.test(line.trimStart());
      const isDoubled = isCloser && !isContinued && documentCloses(whole, below, around);
      const fits =
        index === 0
          ? !isDoubled
          : isContinued
            ? !continuesBelow(line, below, around) && (isCloser || closed || continuesAbove(line, limit, around))
            : isCloser && !closed && !isDoubled;
      if (!fits) return cut(text, offset, 'out-of-scope', 'The text belongs outside the block that the cursor is in.');
      closed = index > 0 && !isContinued;
    }
    offset += line.length + 1;
  }
  return text;
};

/** Whether the text is one line, and the only thing on it. */
function isAlone(text: string, { lineBefore, restOfLine }: Surroundings): boolean {
  return isBlank(lineBefore + restOfLine) && !text.trimEnd().includes('\n');
}

/** What a line begins with that ends a block or a list of attributes: a bracket, the end of a tag, or a mark. */
function closerOf(line: string, { syntax }: Surroundings): string | undefined {
  const hasTags = syntax.blocks === 'tags' || syntax.script;
  const bracket = (hasTags ? /^[ \t]*([)\]}]|\/?>)/u : /^[ \t]*([)\]}])/u).exec(line)?.[1];
  const [mark] = lineMarks(line, syntax);
  return bracket ?? (mark?.isFirst === true && !mark.opens ? mark.mark : undefined);
}

function isBracket(closer: string | undefined): boolean {
  return closer !== undefined && ')]}'.includes(closer);
}

/** Whether a line that ends a block begins one in its place: `</td><td>`, or the `>` between attributes and content. */
function beginsAnother(line: string, { syntax }: Surroundings): boolean {
  if (/^[ \t]*>/u.test(line)) return true;
  const marks = lineMarks(line, syntax);
  const openers = marks.filter(({ opens }) => opens).length;
  return openers > 0 && 2 * openers >= marks.length;
}

/** Columns a line needs in order to belong to the cursor's block. */
function limitOf(first: string, afterFirst: LineStart | undefined, around: Surroundings): number {
  const current = around.lineBefore + first;
  if (!isBlank(current)) {
    const opened =
      afterFirst !== undefined && (opensBlock(afterFirst, around.syntax) || afterFirst.depth > around.depthAtLineStart);
    // A block that the cursor's own line opens is the cursor's block, and all of it is deeper.
    return columnsOf(current, around) + (opened && !isBlank(around.lineBefore) ? 1 : 0);
  }
  if (around.lineBefore !== '') return columnsOf(around.lineBefore, around);
  // An empty line says nothing: take the shallower of the lines around it.
  const above = around.linesAbove.findLast((line) => !isBlank(line)) ?? '';
  const below = around.linesBelow.find((line) => !isBlank(line)) ?? '';
  const opened = opensBlock(around.cursor, around.syntax) ? around.tabWidth : 0;
  return Math.min(columnsOf(above, around) + opened, columnsOf(below, around));
}

function isCode(start: LineStart | undefined): boolean {
  return start !== undefined && (start.inside === '' || start.inside === '\n');
}

/** Whether the document closes the block itself, or goes on with it below, so that the text must not close it at `line`. */
function documentCloses(line: string, below: string | undefined, around: Surroundings): boolean {
  // What stands in the rest of the line is weighed bracket by bracket by cutUnbalancedClosers.
  if (!isBlank(around.restOfLine) || below === undefined) return false;
  const columns = columnsOf(line, around);
  const columnsBelow = columnsOf(below, around);
  if (columnsBelow < columns) return false;
  if (isAmidBlock(line, below, around)) return true;
  const [closer, closerBelow] = [closerOf(line, around), closerOf(below, around)];
  if (closerBelow === undefined) return columnsBelow > columns;
  // What ends below may be a block around this one. Tags and words are counted by cutUnbalancedClosers.
  return closer === closerBelow || (isBracket(closer) && isBracket(closerBelow));
}

/** Whether `line`, which ends a block, is as far in as the document's lines above and below it, and farther than its beginning. */
function isAmidBlock(line: string, below: string, around: Surroundings): boolean {
  const above = around.linesAbove.findLast((each) => !isBlank(each));
  const closer = closerOf(line, around);
  if (above === undefined || closer === undefined) return false;
  const columns = columnsOf(line, around);
  if (columnsOf(above, around) !== columns || columnsOf(below, around) !== columns) return false;
  const open = isBracket(closer) ? around.cursor.open : around.blocks.open;
  const indent = indentOf(line).length;
  const opener = open[openerOf(open, { mark: closer, indent })];
  // Code inside of markup has brackets that nobody has counted.
  return opener === undefined ? isBracket(closer) && !around.syntax.brackets : opener.indent < indent;
}

/** Whether the document has an `else` of its own below, so that another one must not come before it at `line`. */
function continuesBelow(line: string, below: string | undefined, around: Surroundings): boolean {
  if (below === undefined || columnsOf(below, around) !== columnsOf(line, around)) return false;
  return /^\W*(?:else|finally)\W*$/iu.test(line) && CONTINUATION.test(below.replace(/^\W+/u, ''));
}

/** Whether the block around the cursor has a header that `line`, an `else:` for example, can continue. */
function continuesAbove(line: string, limit: number, around: Surroundings): boolean {
  const lines = [...around.linesAbove, around.lineBefore];
  const header = lines.findLast((above) => !isBlank(above) && columnsOf(above, around) < limit);
  return (
    header !== undefined &&
    columnsOf(header, around) === columnsOf(line, around) &&
    /^\s*\W*(?:if|unless|for|while|try|begin|with|do|elif|elsif|elseif|else|except|catch|rescue)\b/iu.test(header)
  );
}
