import type { RuledPrediction } from '../canvas/rule.js';

/**
 * The mixture (1 - weight) p + weight q of a row's distribution and another one. What the row does not list counts as 0 in `p`, but keeps
 * its part of the whole. One id, of which the other one knows nothing, stays as likely as it is, and q is what it says of the others.
 *
 * @param others q: ids and their probabilities, which make up the whole
 * @param weight 0..1
 * @param kept the id that stays as likely as it is
 */
export function mixed(
  row: RuledPrediction,
  others: ReadonlyMap<number, number>,
  weight: number,
  kept: number,
): RuledPrediction {
  if (weight === 0 || others.size === 0) return row;
  const listed = new Map(row.ids.map((id, i) => [id, Math.exp(row.logProbs[i]!)]));
  let entropyOfRest = row.entropy;
  let rest = 1;
  for (const probability of listed.values()) {
    entropyOfRest -= surprise(probability);
    rest -= probability;
  }
  const own = 1 - weight;
  const room = weight * (1 - (listed.get(kept) ?? 0));
  const probabilities = new Map(
    [...listed].map(([id, probability]) => [id, id === kept ? probability : own * probability]),
  );
  for (const [id, probability] of others) {
    probabilities.set(id, (probabilities.get(id) ?? 0) + room * probability);
  }
  const likeliest = [...probabilities].filter(([, probability]) => probability > 0).sort((a, b) => b[1] - a[1]);
  const entropyOfListed = likeliest.reduce((sum, [, probability]) => sum + surprise(probability), 0);
  // What is not listed has the share `rest`, each part of which becomes smaller by `own`.
  const scaledRest = own * Math.max(0, entropyOfRest) + Math.max(0, rest) * surprise(own);
  return {
    ...row,
    ids: likeliest.map(([id]) => id),
    logProbs: likeliest.map(([, probability]) => Math.log(probability)),
    entropy: Math.max(0, entropyOfListed + scaledRest),
  };
}

function surprise(probability: number): number {
  return probability > 0 ? -probability * Math.log(probability) : 0;
}
