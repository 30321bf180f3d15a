import type { CanvasPosition } from '../shared/outcome.js';
import { endOf } from './units.js';
import type { ViewPosition } from './viewPosition.js';

/**
 * By position of a canvas that a run made, the one that it was in the canvas which the run began with. Every position stays one, but a
 * typed text becomes as many as it has tokens; those that no such position is known of are undefined.
 */
export function alignedPositions(
  begun: readonly ViewPosition[],
  made: readonly CanvasPosition[],
): readonly (number | undefined)[] {
  const origins: (number | undefined)[] = [];
  for (const [at, { isTyped, text }] of begun.slice(0, endOf(begun) + 1).entries()) {
    if (isTyped !== true) {
      origins.push(at);
      continue;
    }
    for (let length = 0; length < text.length && origins.length < made.length;) {
      length += made[origins.length]?.text.length ?? 0;
      origins.push(at);
    }
  }
  return made.map((_, at) => origins[at]);
}

/**
 * A canvas that a run made, with what is known from earlier runs: to the model all that it was given is alike, but a person wants to know
 * whether the denoiser wrote it.
 */
export function withOrigins(begun: readonly ViewPosition[], made: readonly CanvasPosition[]): readonly ViewPosition[] {
  const origins = alignedPositions(begun, made);
  return made.map((position, at) => {
    const before = begun[origins[at] ?? begun.length];
    const isSame = before !== undefined && before.id !== null && before.id === position.id;
    return isSame && position.source === 'given' && before.source !== null
      ? { ...position, source: before.source }
      : position;
  });
}

/**
 * A canvas with how likely its tokens are, where they still are those that were asked about: what was put in, chosen or pinned meanwhile
 * stays as it is.
 */
export function withScores(
  canvas: readonly ViewPosition[],
  scored: readonly CanvasPosition[],
): readonly ViewPosition[] {
  const isSame = (at: number, other: number): boolean => {
    const id = canvas[at]?.id ?? null;
    return id !== null && id === scored[other]?.id;
  };
  const most = Math.min(canvas.length, scored.length);
  let start = 0;
  while (start < most && isSame(start, start)) start++;
  let tail = 0;
  while (tail < most - start && isSame(canvas.length - 1 - tail, scored.length - 1 - tail)) tail++;
  return canvas.map((position, at) => {
    const other = at < start ? at : at >= canvas.length - tail ? at + scored.length - canvas.length : -1;
    const confidence = scored[other]?.confidence;
    if (confidence === undefined || position.source !== 'given' || position.isPinned) return position;
    return { ...position, confidence };
  });
}

/**
 * The canvas with tokens for each typed text, taken from a canvas that a run made of it; all else is as it was.
 *
 * @returns undefined where the run's canvas does not say the same there
 */
export function withTokens(
  begun: readonly ViewPosition[],
  made: readonly CanvasPosition[],
): readonly ViewPosition[] | undefined {
  const origins = alignedPositions(begun, made);
  const result: ViewPosition[] = [];
  for (const [at, position] of begun.entries()) {
    if (position.isTyped !== true) {
      const moved = result.length - at;
      result.push(moved === 0 ? position : { ...position, group: position.group + moved });
      continue;
    }
    const first = origins.indexOf(at);
    const tokens = made.filter((_, i) => origins[i] === at);
    if (tokens.map(({ text }) => text).join('') !== position.text) return undefined;
    const moved = result.length - first;
    result.push(...tokens.map((token) => ({ ...token, group: token.group + moved, isPinned: position.isPinned })));
  }
  return result;
}
