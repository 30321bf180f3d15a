import * as z from 'zod';
import type { LengthName, RemaskingName, SamplerName } from '../../shared/infillOptions.js';
import { countUpTo, UPPER_ENDS } from '../files/upperEnds.js';

const share = z.number().min(0).max(1);
const canvas = countUpTo(UPPER_ENDS.canvas);
const tokensAhead = z.int().nonnegative().max(UPPER_ENDS.canvas);

/** What may differ where a request has few steps. A field without a default has to stand in a manifest. */
const differingBySteps = {
  /** Commit every token whose entropies together stay under this bound (nats). */
  entropyBound: z.number().nonnegative(),
  /** Whether tokens committed at the left end move into the encoder's context. */
  absorb: z.boolean(),
  /** Weight of the encoder's own log-probability in row 0. */
  encoderMix: share,
  /** Weight of the encoder's evidence that the suffix comes next when `<eom>` is decided; 0 = not used. */
  stopEvidence: share,
  minConfidence: share,
  /** The middle ends where the most likely token is less probable than this; 0 = never. */
  stopBelow: share.default(0),
  /**
   * How many tokens the encoder may decode on after those of a denoising pass before there is another one, where `absorb` has it read
   * them; 0 = none.
   */
  draftTokens: tokensAhead.default(0),
  /** How many of them the denoiser proposes, for the encoder to read in one pass; absent = `draftTokens`. */
  draftAhead: tokensAhead.exactOptional(),
  /**
   * How many tokens are proposed from the context, where the last ones stand there already: what followed them (prompt lookup); 0 =
   * none, and the denoiser proposes.
   */
  lookUpTokens: tokensAhead.default(0),
  /** Such a token needs this probability. */
  draftConfidence: share.default(0),
  /** Whether the encoder's likelihood of text and suffix together decides where the middle ends. */
  rankEnds: z.boolean().default(false),
  /**
   * Whether it also decides where no text follows in the line, and the model itself knows well where to end; absent = it does.
   */
  rankLineEnds: z.boolean().exactOptional(),
  /** How much likelier than nothing it is beforehand that something is missing, nats. */
  missingPrior: z.number().default(0),
  /** What every character adds to a middle's likelihood, nats (UTF-16 units). */
  characterPrior: z.number().default(0),
  /** Most tokens of the lines after the cursor's that are put before the prefix; 0 = none. */
  preamble: z.int().nonnegative().max(UPPER_ENDS.context).default(0),
  /**
   * Canvas positions that a denoising pass is given, from the first one that is not part of the context on, where all of them are masked
   * and what was committed moves into the context; absent = all. Each position costs time, and those far away tell little.
   */
  window: canvas.exactOptional(),
  /** Canvas positions for the rest of a line, and for lines of a block. */
  lineCanvas: canvas.default(16),
  blockCanvas: canvas.default(64),
  /**
   * Canvas positions for every step at most. With more of them steps have to settle tokens far from the context, at which a young
   * denoiser guesses: better a short text that is right.
   */
  positionsPerStep: z.number().positive().default(2),
};

type Stated<T> = T extends z.ZodDefault<infer U> | z.ZodExactOptional<infer U> ? U : T;
type EntryShape = { upTo: z.ZodInt } & {
  [K in keyof typeof differingBySteps]: z.ZodExactOptional<Stated<(typeof differingBySteps)[K]> & z.core.$ZodType>;
};

/** Options for requests of at most `upTo` steps. What an entry leaves out is as it is without the entry, never a default. */
const entry = z.strictObject({
  upTo: countUpTo(UPPER_ENDS.steps),
  ...Object.fromEntries(
    Object.entries(differingBySteps).map(([name, option]) => [
      name,
      z.exactOptional(
        option instanceof z.ZodDefault || option instanceof z.ZodExactOptional ? option.unwrap() : option,
      ),
    ]),
  ),
} as EntryShape);

/**
 * Options that belong to the weights rather than to the person: what a manifest may say, and what holds where it says nothing. The one
 * place where such an option is declared; scripts/recommendedSchema.mjs writes models/recommended.schema.json from it.
 */
export const recommendedOptions = z.object({
  steps: countUpTo(UPPER_ENDS.steps),
  /** The largest number of steps with which the model still gains: its own sampler takes no more. Absent = there is no such end. */
  mostSteps: countUpTo(UPPER_ENDS.steps).exactOptional(),
  /** What numbers of steps are worth, by ascending `steps`: shares of held-out holes, 0..1. Absent = not known. */
  curve: z.array(z.object({ steps: countUpTo(UPPER_ENDS.steps), exact: share, beginsRight: share })).exactOptional(),
  ...differingBySteps,
  /** Makes confidences say how often a text is right; absent = geometric means of token probabilities. */
  calibration: z
    .object({
      joint: z.number(),
      end: z.number(),
      constant: z.number(),
      /**
       * What looking at a text costs, in keys: any, and a wrong one besides. Where this is given, texts are cut, ranked and shown by
       * the keys that they are expected to save, and `end` is for the share of all ends that are no nearer; absent = by likelihood.
       */
      look: z.object({ any: z.number().nonnegative(), wrong: z.number().nonnegative() }).exactOptional(),
    })
    .exactOptional(),
  /**
   * How often a text that was found in the project is right as far as it goes: weights of a logistic function, see foundEvidence.ts.
   * Absent = texts of the project take no part.
   */
  found: z
    .object({
      constant: z.number(),
      left: z.number(),
      logLeft: z.number(),
      right: z.number(),
      logRight: z.number(),
      logVotes: z.number(),
      nothing: z.number(),
      logCharacters: z.number(),
      logText: z.number(),
      meanToken: z.number(),
      leastToken: z.number(),
      logSuffix: z.number(),
      gain: z.number(),
      /** By how much what was written lately is likelier to be written again, as log odds; absent = it is not. */
      edit: z.number().exactOptional(),
    })
    .exactOptional(),
  /** What tokens gain that lead to a name which a request says is possible, nats; absent = names take no part. */
  names: z.object({ weight: z.number().nonnegative().max(20) }).exactOptional(),
  /**
   * How often a change of a selection is right, and the chance that one needs to be proposed: weights of a logistic function, see
   * evidence.ts. Absent = a change needs to be so much likelier.
   */
  denoise: z
    .object({
      /** A change of less chance, 0..1, is not proposed. */
      atLeast: z.number().min(0).max(1),
      constant: z.number(),
      own: z.number(),
      rest: z.number(),
      doubt: z.number(),
      least: z.number(),
      fewer: z.number(),
      more: z.number(),
      written: z.number(),
      agreed: z.number(),
      doubled: z.number(),
      swapped: z.number(),
      respelt: z.number(),
      operator: z.number(),
      number: z.number(),
      word: z.number(),
      alike: z.number(),
      oldSeen: z.number(),
      newSeen: z.number(),
      oldFits: z.number(),
      newFits: z.number(),
      beside: z.number(),
      quoted: z.number(),
      textOperator: z.number(),
      textWord: z.number(),
      textSwapped: z.number(),
    })
    .exactOptional(),
  /** Sampler, remasking and choice of length, as a request's options write them; the engine knows the names. */
  sampler: z.string().default('entropy-bound' satisfies SamplerName),
  remask: z.string().default('none' satisfies RemaskingName),
  length: z.string().default('auto' satisfies LengthName),
  /** What differs where a request has few steps, by ascending `upTo`. */
  bySteps: z
    .array(entry)
    .refine((entries) => entries.every(({ upTo }, i) => i === 0 || upTo > entries[i - 1]!.upTo), {
      message: 'must be in ascending order of upTo',
    })
    .default([]),
});

export type RecommendedOptions = Readonly<z.infer<typeof recommendedOptions>>;

/** Weights of a logistic function, see foundEvidence.ts. */
export type FoundCalibration = NonNullable<RecommendedOptions['found']>;

/** Weights of a logistic function, see evidence.ts, and the chance from which a change is proposed. */
export type DenoiseCalibration = NonNullable<RecommendedOptions['denoise']>;

/** Of a logistic function, see confidence.ts. */
export type Calibration = NonNullable<RecommendedOptions['calibration']>;

/**
 * The options that hold for a request of at most `steps` steps: a model that has few steps may do better with others than
 * with many. The first entry of `bySteps` that reaches `steps` has the word; beyond the last, the options themselves.
 */
export function recommendedAt(recommended: RecommendedOptions, steps: number): RecommendedOptions {
  const found = recommended.bySteps.find(({ upTo }) => steps <= upTo);
  if (!found) return recommended;
  const { upTo: _, ...overrides } = found;
  return { ...recommended, ...overrides };
}
