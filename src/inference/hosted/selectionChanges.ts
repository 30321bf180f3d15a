import { diffArrays } from 'diff';
import type { DenoisedChange, DenoisedToken } from '../../shared/outcome.js';

/** Of texts that differ more, one change is made of all. */
const MOST_DIFFERENT = 400;
/** A word, the blanks between two, or one other character. */
const PART = /\r\n|[\r\n]|[^\S\r\n]+|[\p{L}\p{N}_]+|./gsu;

export interface WordTokens {
  readonly changes: readonly DenoisedChange[];
  readonly tokens: readonly DenoisedToken[];
}

/** What has to be replaced in `selection`, word by word, so that it says `text`. */
export function selectionChanges(selection: string, text: string): WordTokens {
  const runs = diffArrays(partsOf(selection), partsOf(text), { maxEditLength: MOST_DIFFERENT }) ?? [
    { value: [selection], removed: true, added: false },
    { value: [text], removed: false, added: true },
  ];
  const changes: DenoisedChange[] = [];
  const tokens: DenoisedToken[] = [];
  let [start, end, at, added] = [0, 0, 0, ''];
  const close = (): void => {
    if (end > start || added !== '') {
      changes.push({ span: { start, end }, before: selection.slice(start, end), text: added });
    }
  };
  for (const { value, removed, added: isAdded } of runs) {
    const length = value.join('').length;
    if (removed) {
      end += length;
    } else {
      if (isAdded) {
        added += value.join('');
      } else {
        close();
        end += length;
        [start, added] = [end, ''];
      }
      for (const part of value) {
        const span = { start: at, end: at + part.length };
        tokens.push({ span, text: part, changed: isAdded, pinned: false, confidence: 1 });
        at = span.end;
      }
    }
  }
  close();
  return { changes, tokens };
}

function partsOf(text: string): string[] {
  return text.match(PART) ?? [];
}
