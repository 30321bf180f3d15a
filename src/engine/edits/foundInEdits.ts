import type { RecentEdits } from '../../shared/recentEdit.js';
import { type FoundMiddle, likeness, type ProjectPlace } from '../project/foundMiddle.js';
import { surroundingTokens } from '../project/surroundingTokens.js';
import { isBlank } from '../text/lines.js';
import { carriedOver, type CursorLine } from './carriedOver.js';
import { type EditText, editText } from './editText.js';
import { writtenAlike } from './writtenAlike.js';

/** A text of an edit, before votes are counted. */
type Found = Pick<FoundMiddle, 'text' | 'left' | 'right' | 'from'>;

/**
 * What the last edits say of a place. First what they make of the text that was taken out here, the newest edit first; then what was
 * written between neighbours like the cursor's, with the words of this place, the most alike first. Lines are indented as in
 * `FoundMiddle`.
 */
export function foundInEdits(
  { edits, lineBefore }: RecentEdits,
  place: Omit<ProjectPlace, 'uri' | 'languageId'>,
  cursorLine: CursorLine,
): FoundMiddle[] {
  const texts = edits.flatMap((edit) => editText(edit) ?? []);
  if (texts.length === 0) return [];
  const tokens = surroundingTokens({ ...place, uri: '', languageId: '' });
  const carried =
    lineBefore === undefined
      ? []
      : texts.flatMap((edit): Found[] => {
          const text = carriedOver(edit, lineBefore, cursorLine);
          // It is this very place that is alike: all around it is equal.
          const around = { left: tokens.left.length, right: tokens.right.length };
          return text === undefined ? [] : [{ text, ...around, from: sourceOf(edit, edit.rewritten[0]?.newFrom ?? 0) }];
        });
  const written = texts.flatMap((edit): Found[] =>
    writtenAlike(edit, tokens).map(({ text, left, right, token }) => ({
      text,
      left,
      right,
      from: sourceOf(edit, token),
    })),
  );
  return voted([...carried, ...written.sort((a, b) => likeness(b) - likeness(a))]);
}

/** Equal texts once, the first of them with the number of places that they came from. */
function voted(all: readonly Found[]): FoundMiddle[] {
  const middles = new Map<string, FoundMiddle>();
  for (const each of all) {
    if (isBlank(each.text)) continue;
    const known = middles.get(each.text);
    middles.set(each.text, known === undefined ? { ...each, votes: 1 } : { ...known, votes: known.votes + 1 });
  }
  return [...middles.values()];
}

/** Where a token of an edit stands. */
function sourceOf({ edit, tokens, first }: EditText, token: number): FoundMiddle['from'] {
  const breaks = tokens.slice(first + 1, token + 1).filter(({ text }) => text === '\n').length;
  return { uri: edit.uri, path: edit.path, line: edit.line + breaks, isEdit: true };
}
