import type { CanvasTask } from '../canvas/canvasTask.js';
import type { RecommendedOptions } from '../../contract/recommended.js';
import type { Pipeline } from '../run/pipeline.js';
import { saysNothing } from '../../text/onlyOpens.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';
import { type Canvas, canvasText } from '../canvas/canvas.js';
import { demandsMet } from '../context/demandsMet.js';
import { type RankedEnd, rankEnds } from './rankEnds.js';
import { tokensWithin } from './tokensWithin.js';

/** A place where a middle could end. */
export interface EndShare {
  /** UTF-16 units of the middle. */
  readonly length: number;
  /** How likely it is among all that were compared, 0..1. */
  readonly share: number;
}

/** The likeliest end of a middle. */
export interface LikeliestEnd extends EndShare {
  /** All that were compared, the likeliest first. */
  readonly compared: readonly EndShare[];
}

type RankingOptions = Pick<RecommendedOptions, 'rankEnds' | 'rankLineEnds' | 'missingPrior' | 'characterPrior'>;

/** The share of all ends at which a middle has at least so many UTF-16 units. */
export function shareReaching(length: number, ends: readonly EndShare[]): number {
  return ends.reduce((sum, end) => sum + (end.length >= length ? end.share : 0), 0);
}

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
    inside,
    mayEnd,
    demands,
  }: Pick<CanvasTask, 'context' | 'suffix' | 'insideLine' | 'mustWrite' | 'inside' | 'mayEnd' | 'demands'>,
  { model, tokenizer }: Pick<Pipeline, 'model' | 'tokenizer'>,
  { rankEnds: ranksAny, rankLineEnds = true, missingPrior, characterPrior }: RankingOptions,
): Promise<LikeliestEnd | undefined> {
  const ids = canvas.committed().map(({ id }) => id);
  const wanted = ranksAny && (insideLine || rankLineEnds);
  if (!wanted || suffix === '' || ids.length === 0) return undefined;
  const texts = tokenTexts(ids, tokenizer, context.healed.length);
  const meets = ({ length }: Pick<EndShare, 'length'>): boolean =>
    demands === undefined ||
    demandsMet({ text: texts.join('').slice(0, length), tokens: tokensWithin(texts, length) }, demands);
  const all = await rankEnds({
    model,
    tokenizer,
    contextIds: context.ids,
    ids,
    healedBytes: context.healed,
    suffix,
    missingPrior,
    characterPrior,
    mayEnd: demands ? (middle) => (mayEnd?.(middle) ?? true) && meets(middle) : mayEnd,
  });
  const text = canvasText(canvas, tokenizer, context.healed.length);
  const saying = mustWrite ? all.filter(({ length }) => !saysNothing(text.slice(0, length), inside)) : all;
  const ends = saying.filter(meets);
  const logPosterior = ({ length, logLikelihood }: RankedEnd): number =>
    logLikelihood + (length > 0 ? missingPrior : 0) + characterPrior * length;
  const ranked = ends.toSorted((a, b) => logPosterior(b) - logPosterior(a));
  const [best] = ranked;
  if (best === undefined) return undefined;
  const weights = ranked.map((end) => Math.exp(logPosterior(end) - logPosterior(best)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const compared = ranked.map(({ length }, i) => ({ length, share: weights[i]! / total }));
  return { ...compared[0]!, compared };
}
