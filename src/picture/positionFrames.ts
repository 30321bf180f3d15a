import type { CanvasPosition } from '../shared/outcome.js';
import type { FrameToken, RunFrame } from './runFrame.js';

/** A step with all that is known of its canvas. */
export interface PositionedStep {
  /** From 0. */
  readonly step: number;
  readonly ms?: number;
  readonly positions: readonly CanvasPosition[];
}

/**
 * The frames of a run, from the positions of its steps.
 *
 * @param begun the canvas that it began with; empty = all of it was masked
 */
export function positionFrames(
  begun: readonly CanvasPosition[],
  steps: readonly PositionedStep[],
): readonly RunFrame[] {
  const length = Math.max(0, ...steps.slice(-1).map(({ positions }) => lengthOf(positions)));
  const masked: FrameToken = { text: '', state: 'masked', fresh: false };
  const first = begun.length > 0 ? begun.slice(0, lengthOf(begun)).map((each) => tokenOf(each)) : [];
  const frames: RunFrame[] = [
    { step: 0, tokens: begun.length > 0 ? first : new Array<FrameToken>(length).fill(masked) },
  ];
  for (const { step, ms, positions } of steps) {
    const tokens = positions.slice(0, Math.max(length, lengthOf(positions))).map((each) => tokenOf(each, step));
    const end = tokens.findLastIndex(({ text }, at) => text !== '' || at < length) + 1;
    frames.push({ step: step + 1, tokens: tokens.slice(0, end), ...(ms === undefined ? {} : { ms }) });
  }
  return frames;
}

/** How many positions the text has, what is only drafted included. */
function lengthOf(positions: readonly CanvasPosition[]): number {
  const end = positions.findIndex(({ isEnd }) => isEnd);
  const text = end < 0 ? positions : positions.slice(0, end);
  const written = text.findLastIndex((each) => each.text !== '' || (each.draft?.text ?? '') !== '');
  return end < 0 ? written + 1 : end;
}

function tokenOf({ id, text, confidence, step, draft }: CanvasPosition, now?: number): FrameToken {
  if (id === null && text === '') {
    const guess = draft?.text ?? '';
    return { text: guess, state: guess === '' ? 'masked' : 'draft', fresh: false };
  }
  return { text, state: 'settled', fresh: step !== null && step === now, confidence };
}
