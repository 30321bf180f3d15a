import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { InfillModel } from '../../contract/model.js';
import { characterBoundary } from '../../text/characterBoundary.js';
import { endCandidates } from './endCandidates.js';
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
  readonly characterPrior: number;
}

/** A text for the hole: what was written, up to one of the places where it could end. */
export interface RankedEnd {
  /** UTF-16 units of the middle. */
  readonly length: number;
  /** log p(middle, start of the suffix | context) under the encoder, nats; where it is the only end, that of the middle alone. */
  readonly logLikelihood: number;
}

/**
 * How much of the suffix is read, UTF-16 units. Whether it fits, its first tokens tell; those after them are as likely after one end as
 * after another.
 */
const SUFFIX_UNITS = 16;

/**
 * The ends at which what was written could stop, the likeliest first; none where that cannot be told: the model has no
 * autoregressive part, or no room for the suffix after a full context and canvas. The encoder has not seen the suffix; but it is an exact
 * language model, so of all texts x for the hole the one that maximises log p(x) + log p(suffix | x) is the likeliest given
 * both sides (Bayes: p(x | prefix, suffix) is proportional to the product). Both factors belong to one tokenisation of text
 * and suffix together, so a middle may end inside a token that was written.
 */
export async function rankEnds(options: RankEndsOptions): Promise<RankedEnd[]> {
  const { model, tokenizer, contextIds, ids, healedBytes, characterPrior } = options;
  if (!model.encoder) return [];
  const texts = tokenTexts(ids, tokenizer);
  const shown = ids.slice(0, texts.length);
  const suffix = options.suffix.slice(0, characterBoundary(options.suffix, SUFFIX_UNITS));
  const healed = Buffer.from(healedBytes).toString('utf8').length;
  const { limits } = model.manifest;
  const room = limits.prefix + limits.canvas - contextIds.length;
  if (shown.length > room) return [];
  const readings = await model.encoder.readTokens(contextIds, shown);
  const [firstSuffixId] = tokenizer.encode(suffix);
  const written = texts.join('');
  const ends = endCandidates({ texts, healed, readings, suffix, firstSuffixId, characterPrior }).map((end) => {
    const whole = tokenizer.encode(written.slice(0, end) + suffix);
    const shared = whole.findIndex((id, i) => id !== shown[i]);
    return { length: end - healed, whole, shared: shared < 0 ? whole.length : shared };
  });
  if (ends.some(({ whole }) => whole.length > room)) return [];
  // A single end is compared with nothing, so nothing is read after it.
  const continuations =
    ends.length > 1 ? ends.map(({ whole, shared }) => ({ after: shared, ids: whole.slice(shared) })) : [];
  const rest = await model.encoder.scoreContinuations(contextIds, shown, continuations);
  const ranked = ends.map(({ length, shared }, i) => {
    const before = readings.slice(0, shared).reduce((sum, { logProb }) => sum + logProb!, 0);
    const after = rest[i]?.reduce((sum, logProb) => sum + logProb, 0) ?? 0;
    return { length, logLikelihood: before + after };
  });
  return ranked.sort((a, b) => b.logLikelihood - a.logLikelihood);
}
