import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { EncoderReading, InfillModel } from '../../contract/model.js';
import { suffixStart } from '../context/suffixStart.js';
import { endCandidates } from './endCandidates.js';
import { endsToRead } from './endsToRead.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';

export interface RankEndsOptions {
  readonly model: InfillModel;
  readonly tokenizer: Tokenizer;
  /** Ids of the context, without the start token. */
  readonly contextIds: readonly number[];
  /** Ids that were written after it; the first ones spell `healedBytes` again. */
  readonly ids: readonly number[];
  readonly healedBytes: Uint8Array;
  /** Text after the hole, with `\n`. */
  readonly suffix: string;
  /** See `RecommendedOptions`. */
  readonly missingPrior: number;
  readonly characterPrior: number;
  /** Whether a middle may end as it does; absent = it may. */
  readonly mayEnd?: ((middle: string) => boolean) | undefined;
}

/** A text for the hole: what was written, up to one of the places where it could end. */
export interface RankedEnd {
  /** UTF-16 units of the middle. */
  readonly length: number;
  /** log p(middle, start of the suffix | context) under the encoder, nats; where it is the only end, that of the middle alone. */
  readonly logLikelihood: number;
  /** Whether that is an estimate: nothing was read on from this end, because it is further behind than what follows could make up for. */
  readonly isEstimate: boolean;
}

/**
 * The ends at which what was written could stop, the likeliest first; none where that cannot be told: the model has no
 * autoregressive part, or no room for the suffix after a full context and canvas. The encoder has not seen the suffix; but it is an exact
 * language model, so of all texts x for the hole the one that maximises log p(x) + log p(suffix | x) is the likeliest given
 * both sides (Bayes: p(x | prefix, suffix) is proportional to the product). Both factors belong to one tokenisation of text
 * and suffix together, so a middle may end inside a token that was written.
 */
export async function rankEnds(options: RankEndsOptions): Promise<RankedEnd[]> {
  const { model, tokenizer, contextIds, ids, healedBytes, missingPrior, characterPrior, mayEnd } = options;
  if (!model.encoder) return [];
  const texts = tokenTexts(ids, tokenizer);
  const shown = ids.slice(0, texts.length);
  const suffix = suffixStart(options.suffix);
  const healed = Buffer.from(healedBytes).toString('utf8').length;
  const { limits } = model.manifest;
  const room = limits.prefix + limits.canvas - contextIds.length;
  if (shown.length > room) return [];
  const readings = await model.encoder.readTokens(contextIds, shown);
  const [firstSuffixId] = tokenizer.encode(suffix);
  const written = texts.join('');
  const ends = endCandidates({ texts, healed, readings, suffix, firstSuffixId, characterPrior, mayEnd }).map((end) => {
    const whole = tokenizer.encode(written.slice(0, end) + suffix);
    const differs = whole.findIndex((id, i) => id !== shown[i]);
    const shared = differs < 0 ? whole.length : differs;
    const before = readings.slice(0, shared).reduce((sum, { logProb }) => sum + logProb!, 0);
    const { next, most } = follows(readings[shared]!, whole[shared]);
    const length = end - healed;
    const prior = (length > 0 ? missingPrior : 0) + characterPrior * length;
    return { length, prior, whole, shared, before, next, bound: before + most + prior };
  });
  if (ends.some(({ whole }) => whole.length > room)) return [];
  const toRead = endsToRead(ends);
  const continuations = toRead.map(({ whole, shared }) => ({ after: shared, ids: whole.slice(shared) }));
  const rest =
    toRead.length > 0 ? await model.encoder.scoreContinuations(contextIds, shown, continuations) : ([] as const);
  const read = new Map(
    toRead.map((end, i) => [end, rest[i]!.reduce((sum, logProb) => sum + logProb, end.before)] as const),
  );
  // Those that were not read stay as far behind the best one as their bounds were.
  const bestBound = Math.max(...ends.map(({ bound }) => bound));
  const best = Math.max(...[...read].map(([{ prior }, logLikelihood]) => logLikelihood + prior));
  const fallen = read.size > 0 ? best - bestBound : 0;
  const ranked = ends.map((end) => {
    const known = read.get(end);
    return {
      length: end.length,
      logLikelihood: known ?? end.bound - end.prior + fallen,
      isEstimate: known === undefined,
    };
  });
  return ranked.sort((a, b) => b.logLikelihood - a.logLikelihood);
}

/** Log-probability of `id` by `reading`, where it lists that, and the most that it can be; of no id it is that of what is certain. */
function follows(
  { ids, logProbs }: EncoderReading,
  id: number | undefined,
): { readonly next: number | undefined; readonly most: number } {
  if (id === undefined) return { next: 0, most: 0 };
  const next = logProbs[ids.indexOf(id)];
  return { next, most: next ?? logProbs.at(-1) ?? 0 };
}
