import type { CanvasAlternative, CanvasPosition } from '../shared/outcome.js';

/** A position as the view keeps it. A typed text is one position until a run makes tokens of it; its id is null as well. */
export type ViewPosition = CanvasPosition & { readonly isTyped?: true };

/** Whether the model is to fill it in. */
export function isMasked({ id, isTyped }: ViewPosition): boolean {
  return id === null && isTyped !== true;
}

/** Positions know the first of their group, so each of these has to be put into a canvas by `spliced`. */
export function maskedPosition(): ViewPosition {
  return { id: null, text: '', group: 0, confidence: 0, step: null, source: null, isPinned: false };
}

/** What a person typed is what they want, so it is pinned. */
export function typedPosition(text: string): ViewPosition {
  return { ...maskedPosition(), text, confidence: 1, source: 'given', isPinned: true, isTyped: true };
}

/** A text that a condition wants, until a run makes tokens of it. */
export function demandedPosition(text: string): ViewPosition {
  return { ...typedPosition(text), source: 'demanded' };
}

/** What a person chose; half a character says nothing until the rest of it is there. */
export function chosenPosition({ id, text, probability, isEnd }: CanvasAlternative): ViewPosition {
  return {
    ...maskedPosition(),
    ...{ id, text: isHalf(text) ? '' : text, confidence: probability, source: 'given', isPinned: isEnd !== true },
    ...(isEnd ? { isEnd } : {}),
  };
}

/** Whether a text ends in the middle of a character. */
export function isHalf(text: string): boolean {
  return text.includes('\ufffd');
}
