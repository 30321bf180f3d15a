import type { Canvas } from '../canvas/canvas.js';
import type { Rule } from '../canvas/rule.js';

/**
 * Ends the middle where the model has no likely next token: what comes after a guess is a guess, and a short text that
 * is right is worth more than a long one that is not. Not at the first position, which may have to repeat what a half
 * word already says. The end keeps the probability that the model gave it.
 *
 * @param stopBelow probability that the most likely token needs, 0..1.
 * @param mayStop whether a canvas may end so: what it says is worth something by itself.
 */
export function uncertainEnd(
  endOfMiddle: number,
  stopBelow: number,
  mayStop: (canvas: Canvas) => boolean = () => true,
): Rule {
  return (rows, canvas) => {
    const first = rows[0];
    if (first?.position !== 0 || canvas.offset === 0 || !canvas.mayEndAt(0)) return rows;
    if (Math.exp(first.logProbs[0]!) >= stopBelow || !mayStop(canvas)) return rows;
    // Where the end is not listed, it is at most as likely as the least likely token that is.
    const logProb = first.logProbs[first.ids.indexOf(endOfMiddle)] ?? first.logProbs.at(-1)!;
    return [{ ...first, ids: [endOfMiddle], logProbs: [logProb], entropy: 0, givesUp: true }, ...rows.slice(1)];
  };
}
