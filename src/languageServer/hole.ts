import type { InlineCompletionItem, Position, SelectedCompletionInfo } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { readPrefix, readSuffix, segmentOf, type TextSegment } from '../atCursor/documentText.js';
import type { Suggestion } from '../atCursor/suggestion.js';
import { eolOf, indentUnitOf } from '../atCursor/textForm.js';
import type { TextContext } from '../shared/infillRequest.js';
import { languageIdOf } from './languageIds.js';

/** UTF-16 units of a document by which its line ends and its indentation are judged. */
const JUDGED = 100_000;

/** Where a suggestion goes, and what the model is to see there. */
export interface Hole {
  readonly context: TextContext;
  /** The end of the context's prefix that is not in the document: what the entry selected in a list would add before the cursor. */
  readonly ahead: string;
  /** Whether an entry is selected. */
  readonly hasEntry: boolean;
  readonly item: (suggestion: Suggestion) => InlineCompletionItem;
}

/**
 * The hole at the cursor. With an entry of a list selected, the text is as if that were inserted, and suggestions begin with it and
 * replace what it would replace.
 *
 * @returns undefined where the selected entry does not continue the text before the cursor: a client shows nothing then
 */
export function holeAt(
  document: TextDocument,
  position: Position,
  selected: SelectedCompletionInfo | undefined,
): Hole | undefined {
  const text = document.getText();
  const cursor = wholeCharacter(text, document.offsetAt(position));
  const start = selected === undefined ? cursor : document.offsetAt(selected.range.start);
  const end = selected === undefined ? cursor : document.offsetAt(selected.range.end);
  const inserted = selected?.text ?? '';
  const typed = text.slice(start, cursor);
  const isOneLine = !/[\r\n]/u.test(text.slice(start, end));
  if (start > cursor || end < cursor || !isOneLine || !inserted.startsWith(typed)) return undefined;
  const head = text.slice(0, JUDGED);
  return {
    context: {
      ...readPrefix([spanOf(text, 0, start), segmentOf(inserted)]),
      suffix: readSuffix(spanOf(text, end, text.length)),
      languageId: languageIdOf(document.languageId),
      eol: eolOf(head),
      indentUnit: indentUnitOf(head),
    },
    // What the entry would replace after the cursor is still there without it.
    ahead: end === cursor ? inserted.slice(typed.length) : '',
    hasEntry: selected !== undefined,
    item: ({ text: own, replaceAfter }) => {
      const replaced = text.slice(start, end + replaceAfter);
      const insertText = inserted + own;
      return {
        insertText,
        range: { start: document.positionAt(start), end: document.positionAt(end + replaceAfter) },
        // Clients show only what begins with the text that it replaces: a bracket that the editor closed stands further on in it.
        ...(insertText.startsWith(replaced) ? {} : { filterText: replaced + own }),
      };
    },
  };
}

/** A cursor never stands inside of a character. */
function wholeCharacter(text: string, offset: number): number {
  const [before, after] = [text.charCodeAt(offset - 1), text.charCodeAt(offset)];
  const isInside = before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
  return isInside ? offset - 1 : offset;
}

function spanOf(text: string, from: number, to: number): TextSegment {
  return { length: to - from, read: (start, end) => text.slice(from + start, from + end) };
}
