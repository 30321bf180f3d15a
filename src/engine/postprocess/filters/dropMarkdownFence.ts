import { cut, type Filter } from '../surroundings/filter.js';
import { lineStarts } from '../surroundings/lineStarts.js';

const FENCE = /^[ \t]*(?:```|~~~)/mu;

/** Stops at a Markdown code fence, which chat-like training text leaves around code. Prose, strings and comments may have fences. */
export const dropMarkdownFence: Filter = (text, around) => {
  if (around.syntax.prose || !FENCE.test(text)) return text;
  const starts = lineStarts(text, around);
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (FENCE.test(line) && starts[index]?.inside === '') {
      return cut(text, offset, 'out-of-scope', 'The text begins with a Markdown code fence.');
    }
    offset += line.length + 1;
  }
  return text;
};
