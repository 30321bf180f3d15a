import { foundInEdits } from '../../edits/foundInEdits.js';
import { type FoundMiddle, likeness, type ProjectTexts } from '../../project/foundMiddle.js';
import { MOST_LINES } from '../../project/middleEnd.js';
import { indentOf, isBlank } from '../../text/lines.js';
import type { Hole } from '../context/hole.js';

/** Different texts that are read at most: of 612 held-out holes six of them made no more right than two, and reading takes time. */
const MOST_TEXTS = 2;
/** Of them and of what was edited lately. */
const MOST_WITH_EDITS = 3;
/** Tokens that have to be equal around a text of an edit, counted likewise: few edits are looked at, so few are alike by chance. */
const LEAST_EDIT_MATCH = 5;
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

/**
 * What was written lately at places like the hole, and after it what stands elsewhere in the project between neighbours like the hole's;
 * indented as its line is.
 */
export function foundTexts(
  { context, lines, recent }: Pick<Hole, 'context' | 'lines' | 'recent'>,
  multiline: boolean,
  project: ProjectTexts | undefined,
): FoundTexts {
  const { uri, prefix, prefixOffset, suffix, languageId } = context;
  const place = { offset: prefixOffset + prefix.length, prefix, suffix };
  const inEdits = recent === undefined ? [] : foundInEdits(recent, place, lines);
  const inProject = uri === undefined ? [] : (project?.find({ uri, ...place, languageId }, MOST_FOUND) ?? []);
  const indent = indentOf(lines.line);
  const texts = new Map<string, FoundMiddle>();
  const take = (found: readonly FoundMiddle[], least: number, most: number): void => {
    for (const each of found) {
      if (texts.size >= most) return;
      const text = multiline ? indented(each.text, indent) : each.text.split('\n', 1)[0]!;
      if (!isBlank(text) && likeness(each) >= least && !texts.has(text)) texts.set(text, { ...each, text });
    }
  };
  take(inEdits, LEAST_EDIT_MATCH, MOST_TEXTS);
  take(inProject, LEAST_MATCH, texts.size === 0 ? MOST_TEXTS : MOST_WITH_EDITS);
  return { texts: [...texts.values()], nothing: inProject.find(({ text }) => isBlank(text)) };
}

/** All lines but the first, which stands behind the cursor's indentation already. */
function indented(text: string, indent: string): string {
  const lines = text.split('\n').slice(0, MOST_LINES);
  return lines.map((line, i) => (i === 0 || line === '' ? line : indent + line)).join('\n');
}
