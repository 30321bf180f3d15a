import type { TextConditions } from '../../shared/infillRequest.js';
import type { CanvasPosition } from '../../shared/outcome.js';
import { alignedPositions } from '../../view/alignedPositions.js';
import { endOf, spliced, unitsOf } from '../../view/units.js';
import { demandedPosition, type ViewPosition } from '../../view/viewPosition.js';

/** Whether a text has to begin or to end with something, so that the canvas of a fill holds only what lies between. */
export function hasEnds({ start, end }: TextConditions): boolean {
  return start !== undefined || end !== undefined;
}

/** The canvas of a fill between the start and the end that its text has to have, with both of them as texts. */
export function wholeCanvas(
  inner: readonly ViewPosition[],
  { start = '', end = '' }: TextConditions,
): readonly ViewPosition[] {
  const last = endOf(inner);
  const closed = end === '' ? inner : spliced(inner, last, last, [demandedPosition(lineFeeds(end))]);
  if (start === '') return closed;
  const [first] = unitsOf(inner);
  const begun = demandedPosition(lineFeeds(start));
  if (first === undefined || first.isMasked) return spliced(closed, 0, 0, [begun]);
  // The first token spells the last characters of the start again, which stand there already.
  const rest: ViewPosition = { ...first.position, id: null, text: first.text, isTyped: true };
  return spliced(closed, 0, first.end, first.text === '' ? [begun] : [begun, rest]);
}

/** Tokens that were made of a canvas with texts, with all that is known of what they were made of. */
export function knownTokens(of: readonly ViewPosition[], made: readonly CanvasPosition[]): readonly CanvasPosition[] {
  const origins = alignedPositions(of, made);
  return made.map((position, at) => {
    const origin = of[origins[at] ?? of.length];
    if (origin === undefined || position.id === null) return position;
    const { confidence, step, source, from, isPinned } = origin;
    return { ...position, ...{ confidence, step, source, isPinned }, ...(from === undefined ? {} : { from }) };
  });
}

/** What of a text lies between both. */
export function betweenEnds(text: string, { start = '', end = '' }: TextConditions): string {
  const whole = lineFeeds(text);
  return whole.slice(lineFeeds(start).length, whole.length - lineFeeds(end).length);
}

function lineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
