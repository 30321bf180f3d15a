import type { SettledPart } from '../../../shared/infillRequest.js';
import type { CanvasPosition } from '../../../shared/outcome.js';
import { begunLength } from '../../tokenizer/begunLength.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Canvas } from '../canvas/canvas.js';
import { canvasTexts } from './canvasTexts.js';

/** What is known of a position that stood there from the start, and whether a condition put it there; absent = no. */
export type GivenPart = SettledPart & { readonly isDemanded?: true };

/** What a canvas does not know of itself. */
export interface GivenPositions {
  /** Bytes of the first token that stand in the prefix already. */
  readonly healedBytes: number;
  /** By position, what a request said of the tokens that it gave; absent where it gave none. */
  readonly parts?: readonly GivenPart[];
}

/**
 * What is known of every position of a canvas.
 *
 * @param drafted the same canvas with its draft written; absent = masked positions have no draft.
 */
export function canvasPositions(
  canvas: Canvas,
  drafted: Canvas | undefined,
  { healedBytes, parts }: GivenPositions,
  tokenizer: Tokenizer,
): CanvasPosition[] {
  const { mask, endOfMiddle } = canvas.settings;
  const known = canvas.knownPositions();
  const ids = known.map(({ id }) => id);
  const texts = canvasTexts(ids, mask, tokenizer, healedBytes);
  const groups = groupsOf(ids, mask, tokenizer);
  const drafts = drafted?.knownPositions() ?? [];
  const draftTexts = canvasTexts(
    drafts.map(({ id }) => id),
    mask,
    tokenizer,
    healedBytes,
  );
  const end = ids.indexOf(endOfMiddle);
  return known.map(({ id, note }, position): CanvasPosition => {
    const group = groups[position]!;
    if (id === mask) {
      const draft = drafts.length === known.length ? drafts[position] : undefined;
      const own = draft?.id === mask ? undefined : draft;
      return {
        ...{ id: null, text: '', group, confidence: 0, step: null, source: null, isPinned: false },
        ...(own && {
          draft: { id: own.id, text: draftTexts[position] ?? '', confidence: own.note?.confidence ?? 1 },
        }),
      };
    }
    const part = note?.source === 'given' ? parts?.[position] : undefined;
    return {
      id,
      text: texts[position] ?? '',
      group,
      confidence: note?.confidence ?? 1,
      step: note === undefined || note.step < 0 ? null : note.step,
      source: part?.isDemanded ? 'demanded' : part?.from ? 'found' : (note?.source ?? 'denoiser'),
      ...(part?.from ? { from: part.from } : {}),
      isPinned: part ? part.isPinned === true : note?.isPinned === true,
      ...(end >= 0 && position >= end ? { isEnd: true } : {}),
    };
  });
}

/** By position, the first of the neighbours that spell whole characters with it. */
function groupsOf(ids: readonly number[], mask: number, tokenizer: Tokenizer): number[] {
  let start = 0;
  let begun = Buffer.alloc(0);
  return ids.map((id, position) => {
    if (begun.length === 0 || id === mask) start = position;
    const bytes = Buffer.concat(id === mask ? [] : [begun, tokenizer.bytesOf(id)]);
    begun = bytes.subarray(bytes.length - begunLength(bytes));
    return start;
  });
}
