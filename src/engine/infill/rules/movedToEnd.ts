import type { Prediction } from '../../contract/model.js';
import { descending } from './descending.js';
import { surprise } from './surprise.js';

/**
 * The prediction after a share of each id's probability went over to `<eom>`. The entropy stays exact as far as the
 * row's candidates say: what is not listed among them does not move.
 *
 * @param shareOf 0 = stays, 1 = moves as a whole; asked for every candidate but `<eom>`.
 */
export function movedToEnd(row: Prediction, endOfMiddle: number, shareOf: (id: number) => number): Prediction {
  let moved = 0;
  let end = 0;
  let entropy = row.entropy;
  const ids: number[] = [];
  const probabilities: number[] = [];
  for (let i = 0; i < row.ids.length; i++) {
    const id = row.ids[i]!;
    const probability = Math.exp(row.logProbs[i]!);
    if (id === endOfMiddle) {
      end = probability;
      continue;
    }
    const stays = probability * (1 - shareOf(id));
    if (stays !== probability) {
      moved += probability - stays;
      entropy += surprise(stays) - surprise(probability);
    }
    if (stays === 0) continue;
    ids.push(id);
    probabilities.push(stays);
  }
  if (moved === 0) return row;
  entropy += surprise(end + moved) - surprise(end);
  ids.push(endOfMiddle);
  probabilities.push(end + moved);
  const order = descending(probabilities);
  return {
    ...row,
    ids: order.map((i) => ids[i]!),
    logProbs: order.map((i) => Math.log(probabilities[i]!)),
    entropy: Math.max(0, entropy),
  };
}

/** The prediction with `<eom>` at least as likely as `floor`, the others in their ratio. */
export function withEndAtLeast(row: Prediction, endOfMiddle: number, floor: number): Prediction {
  const at = row.ids.indexOf(endOfMiddle);
  const end = at < 0 ? 0 : Math.exp(row.logProbs[at]!);
  if (floor <= end) return row;
  const scale = (1 - floor) / (1 - end);
  const others = (row.entropy - surprise(end) - surprise(1 - end)) / (1 - end); // entropy of the rest by itself
  const rest = row.ids.flatMap((id, i): [number, number][] =>
    i === at ? [] : [[id, row.logProbs[i]! + Math.log(scale)]],
  );
  rest.push([endOfMiddle, Math.log(floor)]);
  rest.sort((a, b) => b[1] - a[1]);
  return {
    ...row,
    ids: rest.map(([id]) => id),
    logProbs: rest.map(([, logProb]) => logProb),
    entropy: Math.max(0, surprise(floor) + surprise(1 - floor) + (1 - floor) * others),
  };
}
