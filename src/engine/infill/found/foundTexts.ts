import { type FoundMiddle, likeness, type ProjectTexts } from '../../project/foundMiddle.js';
import { MOST_LINES } from '../../project/middleEnd.js';
import { indentOf, isBlank } from '../../text/lines.js';
import type { Hole } from '../context/hole.js';

/** Different texts that are read at most: of 612 held-out holes six of them made no more right than two, and reading takes time. */
const MOST_TEXTS = 2;
/** Tokens that have to be equal around a text, to the right at most ten counted, to be worth reading. */
const LEAST_MATCH = 8;
/** Looked for at most, among them those that say that nothing is missing. */
const MOST_FOUND = 10;

/** Texts of the project for a hole, the most alike neighbours first. */
export interface FoundTexts {
  readonly texts: readonly FoundMiddle[];
  /** The best match at which nothing stood between the same neighbours; undefined where there is none. */
  readonly nothing: FoundMiddle | undefined;
}

/** What stands elsewhere in the project between neighbours like the hole's, indented as its line is. */
export function foundTexts(
  { context, lines }: Pick<Hole, 'context' | 'lines'>,
  multiline: boolean,
  project: ProjectTexts,
): FoundTexts {
  const { uri, prefix, prefixOffset, suffix, languageId } = context;
  if (uri === undefined) return { texts: [], nothing: undefined };
  const found = project.find({ uri, offset: prefixOffset + prefix.length, prefix, suffix, languageId }, MOST_FOUND);
  const indent = indentOf(lines.line);
  const texts = new Map<string, FoundMiddle>();
  for (const each of found) {
    const text = multiline ? indented(each.text, indent) : each.text.split('\n', 1)[0]!;
    if (!isBlank(text) && likeness(each) >= LEAST_MATCH && !texts.has(text)) texts.set(text, { ...each, text });
  }
  return {
    texts: [...texts.values()].slice(0, MOST_TEXTS),
    nothing: found.find(({ text }) => isBlank(text)),
  };
}

/** All lines but the first, which stands behind the cursor's indentation already. */
function indented(text: string, indent: string): string {
  const lines = text.split('\n').slice(0, MOST_LINES);
  return lines.map((line, i) => (i === 0 || line === '' ? line : indent + line)).join('\n');
}
