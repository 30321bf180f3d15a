import type { CanvasTask } from '../canvas/canvasTask.js';
import type { RecommendedOptions } from '../../contract/recommended.js';
import type { Pipeline } from '../run/pipeline.js';
import { isBlank } from '../../text/lines.js';
import { type Canvas, canvasText } from '../canvas/canvas.js';
import { type RankedEnd, rankEnds } from './rankEnds.js';

/** The end that was chosen for a middle. */
export interface LikeliestEnd {
  /** UTF-16 units of the middle. */
  readonly length: number;
  /** How sure the choice among the ends is, 0..1. */
  readonly share: number;
}

type RankingOptions = Pick<RecommendedOptions, 'rankEnds' | 'rankLineEnds' | 'missingPrior' | 'characterPrior'>;

/**
 * Where what `canvas` wrote most likely ends, both sides considered; undefined where nothing tells. Likelihood alone prefers
 * short texts and no text at all, since most of what could stand in a hole is unlikely; the model's recommended priors
 * (`missingPrior`, `characterPrior`) make up for it.
 */
export async function likeliestEnd(
  canvas: Canvas,
  {
    context,
    suffix,
    insideLine,
    mustWrite = false,
  }: Pick<CanvasTask, 'context' | 'suffix' | 'insideLine' | 'mustWrite'>,
  { model, tokenizer }: Pick<Pipeline, 'model' | 'tokenizer'>,
  { rankEnds: ranksAny, rankLineEnds = true, missingPrior, characterPrior }: RankingOptions,
): Promise<LikeliestEnd | undefined> {
  const ids = canvas.committed().map(({ id }) => id);
  const wanted = ranksAny && (insideLine || rankLineEnds);
  if (!wanted || suffix === '' || ids.length === 0) return undefined;
  const all = await rankEnds({
    model,
    tokenizer,
    contextIds: context.ids,
    ids,
    healedBytes: context.healed,
    suffix,
    missingPrior,
    characterPrior,
  });
  const text = canvasText(canvas, tokenizer, context.healed.length);
  const ends = mustWrite ? all.filter(({ length }) => !isBlank(text.slice(0, length))) : all;
  const worth = ({ length, logLikelihood }: RankedEnd): number =>
    logLikelihood + (length > 0 ? missingPrior : 0) + characterPrior * length;
  const [best] = ends.toSorted((a, b) => worth(b) - worth(a));
  if (best === undefined) return undefined;
  const total = ends.reduce((sum, end) => sum + Math.exp(worth(end) - worth(best)), 0);
  return { length: best.length, share: 1 / total };
}
