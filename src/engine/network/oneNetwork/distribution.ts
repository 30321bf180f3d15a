import type { OneNetworkManifest } from '../folder/manifest.js';
import { type Distribution, withExtra } from '../output/distribution.js';
import type { HeadRow } from '../vocabulary/headRunner.js';
import type { RowReadings } from '../vocabulary/outputLayer.js';

/** How rows of the middle are read: all ids, `<eom>` by its own logit, never `<mask>`. */
export function readings({ endOfMiddle }: OneNetworkManifest['tokens']): RowReadings {
  const middle = (row: HeadRow): Distribution => withExtra(row, 0, [{ id: endOfMiddle, logit: row.end }]);
  return {
    endOfMiddle,
    denoiser: middle,
    encoder: middle,
    // log p = (1 - mix) log p_canvas + mix log p_written for every id; logits differ from these by a constant only.
    first: (mixture, canvas, written, { mix, endAllowed }) => {
      const logit = written === undefined ? canvas.end : (1 - mix) * canvas.end + mix * written.end;
      return withExtra(mixture, 0, endAllowed ? [{ id: endOfMiddle, logit }] : []);
    },
  };
}

/** Log-probability of id `target`, whose logit the head was asked for, at a row that reads: it predicts neither `<mask>` nor `<eom>`. */
export function readingLogProb(
  row: HeadRow,
  target: number,
  { mask, endOfMiddle }: OneNetworkManifest['tokens'],
): number {
  return target === mask || target === endOfMiddle ? -Infinity : row.target - row.logSum;
}
