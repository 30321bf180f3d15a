import type { Prediction } from '../../contract/model.js';
import { InfillError } from '../../../shared/infillError.js';
import { timesTo } from '../schedules/linearTimes.js';
import type { SamplerState } from '../sampler.js';

/** The masked positions of the block that is being filled, and the steps left for it. */
export interface OpenBlock {
  readonly rows: readonly Prediction[];
  readonly stepsLeft: number;
}

/**
 * LLaDA's blocks (arXiv 2502.09992, appendix B.3): the canvas is filled block by block from left to right, each with an
 * even share of the steps; a block that is done early leaves its steps to the next.
 * @param length of a block in tokens; 0 = the whole canvas is one.
 */
export function openBlock(predictions: readonly Prediction[], state: SamplerState, length: number): OpenBlock {
  const first = predictions[0];
  if (length === 0 || first === undefined) return { rows: predictions, stepsLeft: state.steps - state.step };
  const blockOf = (position: number): number => Math.floor((state.offset + position) / length);
  const block = blockOf(first.position);
  const blocks = blockOf(state.canvas.length - 1) + 1;
  const stepsUntilItsEnd = Math.floor(((block + 1) * state.steps) / blocks);
  return {
    rows: predictions.filter(({ position }) => blockOf(position) === block),
    stepsLeft: Math.max(1, stepsUntilItsEnd - state.step),
  };
}

/**
 * The noise times of `steps` steps over the blocks of `masked` positions.
 * @throws InfillError `invalid-request` where there are fewer steps than blocks.
 */
export function blockTimes(steps: number, masked: number, length: number): number[] {
  const blocks = length === 0 ? 1 : Math.ceil(masked / length);
  if (steps >= blocks) return timesTo(steps, 0);
  throw new InfillError(
    'invalid-request',
    `${String(steps)} steps cannot fill ${String(blocks)} blocks of ${String(length)} tokens.`,
    'Ask for more steps or longer blocks.',
  );
}

/**
 * How many of `left` positions to commit now so that `stepsLeft` steps commit them all, the earlier steps one more where
 * it does not come out even: LLaDA's `get_num_transfer_tokens`, without a table.
 */
export function evenShare(left: number, stepsLeft: number): number {
  return Math.ceil(left / Math.max(1, stepsLeft));
}
