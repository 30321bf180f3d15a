/** What an outcome of this probability adds to an entropy, nats. */
export function surprise(probability: number): number {
  return probability > 0 ? -probability * Math.log(probability) : 0;
}
