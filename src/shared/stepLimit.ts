/** What decides about the number of steps of a request. */
export interface AskedSteps {
  readonly steps: number;
  /** Undefined = the model's own. */
  readonly sampler?: string | undefined;
}

/** How many steps a request takes at most: with its own sampler a model takes no more than it gains from. */
export function stepLimit({ steps, sampler }: AskedSteps, most: number | undefined): number {
  return sampler === undefined && most !== undefined ? Math.min(steps, most) : steps;
}
