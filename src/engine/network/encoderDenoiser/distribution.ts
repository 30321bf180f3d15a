import { type Distribution, logAdd, withExtra } from '../output/distribution.js';
import type { HeadRow } from '../vocabulary/headRunner.js';
import type { FirstOptions, RowReadings } from '../vocabulary/outputLayer.js';
import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import type { LogitStatistics } from '../output/statistics.js';

/** p(<eom>) is clamped below 1 before what is left is spread over the other ids. */
const SURE = 0.999;

/** How the output layer's rows are read. */
export function readings({ mask, endOfMiddle }: EncoderDenoiserManifest['tokens']): RowReadings {
  return {
    endOfMiddle,
    denoiser: (row) => denoiserDistribution(row, endOfMiddle),
    encoder: (row) => encoderDistribution(row, mask, endOfMiddle),
    first: (mixture, denoiser, encoder, options) =>
      firstDistribution(mixture, denoiser, encoder, { ...options, endOfMiddle }),
  };
}

/** The denoiser's distribution: all ids, `<eom>` by its own logit, never `<mask>`. */
export function denoiserDistribution(row: HeadRow, endOfMiddle: number): Distribution {
  return withExtra(row, 0, [{ id: endOfMiddle, logit: row.end }]);
}

/** The encoder's own distribution: an ordinary language model over the whole vocabulary. */
export function encoderDistribution(row: HeadRow, mask: number, endOfMiddle: number): Distribution {
  const [maskLogit, endLogit] = controlsOf(row);
  return withExtra(row, 0, [
    { id: mask, logit: maskLogit },
    { id: endOfMiddle, logit: endLogit },
  ]);
}

/**
 * The first position: log p = (1 - mix) log p_denoiser + mix (log p_encoder + log(1 - p_denoiser(<eom>))) for every id but
 * `<eom>`, whose log p is the denoiser's; then restricted to the allowed ids, and renormalised.
 * `mixture` = the mixed and restricted logits of all other ids, which differ from these log p by a constant only.
 */
export function firstDistribution(
  mixture: LogitStatistics,
  denoiser: HeadRow,
  encoder: HeadRow | undefined,
  options: FirstOptions & { readonly endOfMiddle: number },
): Distribution {
  const { mix, endOfMiddle, endAllowed } = options;
  const denoiserSum = logAdd([denoiser.logSum, denoiser.end]);
  const end = denoiser.end - denoiserSum;
  let shift = -(1 - mix) * denoiserSum;
  if (encoder !== undefined && mix > 0) {
    const notEnd = Math.log1p(-Math.min(Math.exp(end), SURE));
    shift += mix * (notEnd - logAdd([encoder.logSum, ...controlsOf(encoder)]));
  }
  return withExtra(mixture, shift, endAllowed ? [{ id: endOfMiddle, logit: end }] : []);
}

/** Log-probability of id `target`, whose logit the head was asked for, in the encoder's own distribution. */
export function encoderLogProb(row: HeadRow, target: number, mask: number, endOfMiddle: number): number {
  const [maskLogit, endLogit] = controlsOf(row);
  const logit = target === mask ? maskLogit : target === endOfMiddle ? endLogit : row.target;
  return logit - logAdd([row.logSum, maskLogit, endLogit]);
}

/** The ordinary logits of `<mask>` and `<eom>`, as the encoder reads them. */
function controlsOf({ controls }: HeadRow): readonly [mask: number, endOfMiddle: number] {
  return [controls[0]!, controls[1]!];
}
