/**
 * CAL, a training-free search for the length of a middle (the reference is DreamCoder's): how sure the model is of a
 * canvas of L masks, Phi(L), falls with L whatever the text; divided by that fall it peaks at the right length.
 */

/** Phi of lengths, as the mean over a canvas's positions of the most likely token's probability. */
export type LengthConfidence = (lengths: readonly number[]) => Promise<readonly number[]>;

export interface LengthSearch {
  /** Where the climb starts, and the most there may be; both at least 1. */
  readonly from: number;
  readonly most: number;
  /** Steps without a better length after which a direction is given up. */
  readonly patience: number;
  /** Lengths beyond the start that the first call asks for, so that mostly there is only one. */
  readonly reach: number;
}

/** The fall of Phi with the length: a e^(-b L) + c e^(-d L) + e, fitted by the reference's authors. */
function lengthBias(length: number): number {
  return 1.0 * Math.exp(-1.77 * length) + 0.56 * Math.exp(-0.06 * length) + 0.24;
}

/**
 * Climbs from a length upwards, then downwards, each until `patience` lengths in a row are no better than the best. The
 * lengths do not depend on each other: they are asked for many at a time, and a further call is made only where the climb
 * leaves what was asked for.
 */
export async function calibratedLength(search: LengthSearch, confidence: LengthConfidence): Promise<number> {
  const { most, patience, reach } = search;
  const from = Math.min(search.from, most);
  const scores = new Map<number, number>();
  const scoreOf = async (length: number): Promise<number> => {
    if (!scores.has(length)) {
      const near = range(Math.max(1, length - reach), Math.min(most, length + reach)).filter((l) => !scores.has(l));
      const answers = await confidence(near);
      near.forEach((l, i) => scores.set(l, answers[i]! / lengthBias(l)));
    }
    return scores.get(length)!;
  };
  let best = from;
  let bestScore = await scoreOf(from);
  for (const direction of [1, -1]) {
    let failed = 0;
    for (let length = from + direction; failed < patience && length >= 1 && length <= most; length += direction) {
      const score = await scoreOf(length);
      failed = score > bestScore ? 0 : failed + 1;
      if (score > bestScore) [best, bestScore] = [length, score];
    }
  }
  return best;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
