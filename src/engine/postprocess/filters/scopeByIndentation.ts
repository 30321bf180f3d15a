import { cut, isBlank, type Filter } from '../filter.js';
import { lineStarts, opensBlock, type LineStart } from '../lineStarts.js';
import { columnsOf, type Surroundings } from '../surroundings.js';

const CLOSER = {
  braces: /^(?:[)\]}]|<\/|\/?>)/u,
  colon: /^[)\]}]/u,
  outline: /^[)\]}]/u,
  words: /^(?:[)\]}]|(?:end\w*|fi|done|esac|until)\b)/iu,
  tags: /^(?:[)\]}]|<\/|\/?>|\{[%/])/u,
};
/** Lines that go on with the statement whose block has just ended. */
const CONTINUATION = /^(?:else|elif|elsif|elseif|except|catch|finally|rescue|ensure)\b/iu;

/**
 * Stops where the text leaves the cursor's block: at the first line that is indented less. The line that closes the block is
 * kept if the document does not have it already; `} else {` and the like go on with it.
 */
export const scopeByIndentation: Filter = (text, around) => {
  const { blocks } = around.syntax;
  if (blocks === 'none' || !text.includes('\n')) return text;
  const lines = text.split('\n');
  const starts = lineStarts(text, around);
  const limit = limitOf(lines[0] ?? '', starts[1], around);
  const below = around.linesBelow.find((line) => !isBlank(line));

  let offset = 0;
  let closed = false;
  for (const [index, line] of lines.entries()) {
    const isOutside =
      index > 0 &&
      !isBlank(line) &&
      (closed || columnsOf(line, around) < limit) &&
      isCode(starts[index]) &&
      !(blocks === 'braces' && line.startsWith('#')); // the preprocessor's lines have their own indentation
    if (isOutside) {
      const content = line.trimStart();
      const next = starts[index + 1];
      const isCloser = CLOSER[blocks].test(content);
      const isContinued = isCloser ? next !== undefined && opensBlock(next, around) : CONTINUATION.test(content);
      const fits = isContinued
        ? !continuesBelow(line, below, around) && (isCloser || closed || continuesAbove(line, limit, around))
        : isCloser && !closed && !documentCloses(line, CLOSER[blocks], below, around);
      if (!fits) return cut(text, offset, 'out-of-scope', 'The text belongs outside the block that the cursor is in.');
      closed = !isContinued;
    }
    offset += line.length + 1;
  }
  return text;
};

/** Columns a line needs in order to belong to the cursor's block. */
function limitOf(first: string, afterFirst: LineStart | undefined, around: Surroundings): number {
  const current = around.lineBefore + first;
  if (!isBlank(current)) {
    const opened =
      afterFirst !== undefined && (opensBlock(afterFirst, around) || afterFirst.depth > around.depthAtLineStart);
    // A block that the cursor's own line opens is the cursor's block, and all of it is deeper.
    return columnsOf(current, around) + (opened && !isBlank(around.lineBefore) ? 1 : 0);
  }
  if (around.lineBefore !== '') return columnsOf(around.lineBefore, around);
  // An empty line says nothing: take the shallower of the lines around it.
  const above = around.linesAbove.findLast((line) => !isBlank(line)) ?? '';
  const below = around.linesBelow.find((line) => !isBlank(line)) ?? '';
  const opened = opensBlock({ ...around.cursor, bracket: '', depth: 0 }, around) ? around.tabWidth : 0;
  return Math.min(columnsOf(above, around) + opened, columnsOf(below, around));
}

function isCode(start: LineStart | undefined): boolean {
  return start !== undefined && (start.inside === '' || start.inside === '\n');
}

/** Whether the document closes the block itself, or goes on with it below, so that the text must not close it at `line`. */
function documentCloses(line: string, closer: RegExp, below: string | undefined, around: Surroundings): boolean {
  // What stands in the rest of the line is weighed bracket by bracket by cutUnbalancedClosers.
  if (!isBlank(around.restOfLine) || below === undefined) return false;
  const columns = columnsOf(line, around);
  const columnsBelow = columnsOf(below, around);
  return columnsBelow > columns || (columnsBelow === columns && closer.test(below.trimStart()));
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
