/** Natural logarithm of the confidence that marks an end which the model did not ask for; see `isGivenUp`. */
export const GIVEN_UP = -50;

/** Whether an `<eom>` of this confidence was set because the model was uncertain. */
export function isGivenUp(confidence: number): boolean {
  return confidence <= Math.exp(GIVEN_UP);
}
