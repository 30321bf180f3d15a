/**
 * How many of `left` positions to commit now so that `stepsLeft` steps commit them all, the earlier steps one more where
 * it does not come out even: LLaDA's `get_num_transfer_tokens`, without a table.
 */
export function evenShare(left: number, stepsLeft: number): number {
  return Math.ceil(left / Math.max(1, stepsLeft));
}
