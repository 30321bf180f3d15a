import type { RecommendedOptions } from '../../contract/recommended.js';
import { isBlank } from '../../text/lines.js';
import type { Canvas } from '../canvas/canvas.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Pipeline } from '../run/pipeline.js';
import type { RunRecord } from '../run/runRecord.js';
import type { Middle } from './candidates.js';
import { type LikeliestEnd, likeliestEnd } from './likeliestEnd.js';
import { middleOf } from './middleOf.js';

export interface EndedMiddle {
  readonly middle: Middle;
  /** The whole text that was written, which the middle begins with. */
  readonly written: Middle;
  /** All of what the canvas says, guesses too, where the middle came to nothing but blanks for want of a likely token. */
  readonly guessed?: Middle;
  /** All of what the canvas says, where something is demanded of the middle. */
  readonly all?: Middle;
  /** Undefined where its end was not chosen among several. */
  readonly end: LikeliestEnd | undefined;
  /** Whether the run stopped before the model came to an end, for want of steps or of a likely token; absent = it came to one. */
  readonly isUnfinished?: boolean;
}

/** What each canvas says, up to where its middle ends; fewer than there are canvases where the run was cancelled. */
export async function endedMiddles(
  canvases: readonly Canvas[],
  task: CanvasTask,
  recommended: RecommendedOptions,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<readonly EndedMiddle[]> {
  const ended: EndedMiddle[] = [];
  for (const canvas of canvases) {
    const end = record.hasTimeToRank() ? await likeliestEnd(canvas, task, pipeline, recommended) : undefined;
    if (record.isCancelled()) break;
    ended.push(endedMiddle(canvas, task, pipeline, end));
  }
  return ended;
}

/** What a canvas says, up to where its middle ends. @param end undefined where nothing compared its ends. */
export function endedMiddle(
  canvas: Canvas,
  task: CanvasTask,
  { tokenizer }: Pick<Pipeline, 'tokenizer'>,
  end: LikeliestEnd | undefined,
): EndedMiddle {
  const options = { ...task, tokenizer, healedBytes: task.context.healed.length };
  const middle = middleOf(canvas, end === undefined ? options : { ...options, length: end.length });
  const written = end === undefined ? middle : middleOf(canvas, { ...options, length: Infinity });
  const isUnfinished = canvas.stepsLeft <= 0 || canvas.end === undefined || canvas.end === 'gave up';
  const cameToNothing = isBlank(middle.text) && !middle.isWhole;
  const guessed = cameToNothing ? { guessed: middleOf(canvas, { ...options, length: Infinity }) } : {};
  const all = task.demands ? { all: middleOf(canvas, { ...options, length: Infinity }) } : {};
  return { end, middle, written, isUnfinished, ...guessed, ...all };
}
