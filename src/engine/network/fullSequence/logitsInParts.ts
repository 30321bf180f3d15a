import type { LogitStatistics } from '../output/statistics.js';

/** What becomes of one row's logits that come in parts, in the order of their ids. */
export interface LogitsInParts<T> {
  add(logits: Float32Array): void;
  readonly result: T;
}

/** All of them. */
export class AllLogits implements LogitsInParts<Float32Array> {
  readonly result: Float32Array;
  #count = 0;

  constructor(vocabularySize: number) {
    this.result = new Float32Array(vocabularySize);
  }

  add(logits: Float32Array): void {
    this.result.set(logits, this.#count);
    this.#count += logits.length;
  }
}

/** The statistics of all ids but those that are ruled out, the likeliest id alone among them. */
export class StatisticsInParts implements LogitsInParts<LogitStatistics> {
  #count = 0;
  #best = -1;
  #largest = -Infinity;
  /** Sums of e^(logit - largest), and of these times the logit. */
  #sum = 0;
  #weighted = 0;

  constructor(private readonly ruledOut: ReadonlySet<number>) {}

  add(logits: Float32Array): void {
    for (const [i, logit] of logits.entries()) {
      if (this.ruledOut.has(this.#count + i)) continue;
      if (logit > this.#largest) {
        const shrunk = Math.exp(this.#largest - logit);
        this.#sum *= shrunk;
        this.#weighted *= shrunk;
        this.#largest = logit;
        this.#best = this.#count + i;
      }
      const weight = Math.exp(logit - this.#largest);
      this.#sum += weight;
      this.#weighted += weight * logit;
    }
    this.#count += logits.length;
  }

  get result(): LogitStatistics {
    const isKnown = this.#best >= 0;
    return {
      ids: isKnown ? [this.#best] : [],
      logits: isKnown ? [this.#largest] : [],
      logSum: this.#largest + Math.log(this.#sum),
      expected: this.#weighted / this.#sum,
    };
  }
}
