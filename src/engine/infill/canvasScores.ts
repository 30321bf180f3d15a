import type { CanvasPosition } from '../../shared/outcome.js';
import type { ModelEncoder } from '../contract/model.js';
import type { GivenTask } from './given/givenTask.js';
import type { Pipeline } from './run/pipeline.js';
import type { RunRecord } from './run/runRecord.js';
import { networkScores } from './selection/networkScores.js';

/**
 * How likely the model finds each token of a canvas where it stands. One that reads says it of each token after all that stands before, up
 * to the first mask; another one of all of them, between all others.
 *
 * @returns by position of the canvas, a probability (0..1); undefined where the model says nothing of it, and after a withdrawal
 */
export async function canvasScores(
  { task }: GivenTask,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<readonly (number | undefined)[]> {
  const { model } = pipeline;
  const { mask, endOfMiddle } = model.manifest.tokens;
  const isText = (id: number): boolean => id !== mask && id !== endOfMiddle;
  const { encoder } = model;
  if (encoder) {
    const open = task.canvas.findIndex((id) => !isText(id));
    const ids = open < 0 ? task.canvas : task.canvas.slice(0, open);
    return readScores(task, ids, { pipeline, record, encoder });
  }
  // As if one of them were noise.
  const texts = { before: task.context.ids, ids: task.canvas, after: task.suffixIds };
  const scores = await networkScores(texts, 1 / task.canvas.length, model, record);
  return task.canvas.map((id, at) => (isText(id) ? share(scores[at]) : undefined));
}

/** Positions with the probabilities of their tokens; those of one character have that of all up to them. */
export function withScores(
  positions: readonly CanvasPosition[],
  scores: readonly (number | undefined)[],
): readonly CanvasPosition[] {
  return positions.map((position, at) => {
    const own = scores.slice(position.group, at + 1);
    if (own.length === 0 || own.includes(undefined)) return position;
    return { ...position, confidence: own.reduce<number>((product, score = 1) => product * score, 1) };
  });
}

async function readScores(
  { context, suffixIds, canvas }: GivenTask['task'],
  ids: readonly number[],
  { pipeline, record, encoder }: { pipeline: Pipeline; record: RunRecord; encoder: ModelEncoder },
): Promise<readonly (number | undefined)[]> {
  const [first] = ids;
  if (first === undefined) return [];
  const { allowedFirst } = context;
  let known: number | undefined;
  if (allowedFirst !== undefined) {
    // The first token spells what stands before the canvas again, so it is one of few, and no other one counts against it.
    const opened = await pipeline.model.openContext(context.ids, suffixIds);
    record.contextOpened(opened);
    const asked = { canvas, positions: [0], allowedFirst, wantDistribution: true };
    const [[row] = []] = await opened.predict([asked], 1);
    known = share(row?.distribution?.[first]);
    if (!(await record.goesOn())) return [];
  }
  const scores = await encoder.scoreTokens(context.ids, ids);
  return Array.from(scores, (score, at) => (at === 0 ? (known ?? share(score)) : share(score)));
}

/** Nats as a probability. */
function share(logProb = -Infinity): number {
  return Math.min(1, Math.exp(logProb));
}
