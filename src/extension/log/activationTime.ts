/** Measures how long the extension takes to get ready, from the moment that this is made. */
export class ActivationTime {
  private readonly startedAt = performance.now();
  private took: number | undefined;

  /** Milliseconds until it was ready; so far, where it is not yet. */
  get ms(): number {
    return this.took ?? performance.now() - this.startedAt;
  }

  /** @returns the milliseconds it took. */
  ready(): number {
    return (this.took = this.ms);
  }
}
