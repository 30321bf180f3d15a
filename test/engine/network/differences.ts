import assert from 'node:assert/strict';
import type { Prediction } from '../../../src/engine/contract/model.js';

/** At least `share` of the numbers within `tolerance`, all of them within `worst`. */
export interface Closeness {
  readonly tolerance: number;
  readonly share: number;
  readonly worst: number;
}

/** Ids, most likely first, and their log-probabilities, as a reference wrote them. */
export interface Listed {
  readonly ids: readonly number[];
  readonly logProbs: readonly number[];
}

/** Collects how far numbers are from a reference's, and judges them together. */
export class Differences {
  readonly #all: number[] = [];

  add(found: number, expected: number): void {
    this.#all.push(Math.abs(found - expected));
  }

  /** The same ids in the same order, except where the reference's own log-probabilities are too close to tell. */
  addList(answer: Pick<Prediction, 'ids' | 'logProbs'>, expected: Listed): void {
    assert.equal(answer.ids.length, expected.ids.length);
    const byId = new Map(answer.ids.map((id, index) => [id, answer.logProbs[index]!]));
    expected.ids.forEach((id, index) => {
      const found = byId.get(id);
      // An id may fall off the end of the list only where the last places are a tie.
      this.add(found ?? answer.logProbs.at(-1)!, expected.logProbs[index]!);
      if (index > 0) assert.ok(answer.logProbs[index]! <= answer.logProbs[index - 1]!);
    });
  }

  check({ tolerance, share, worst }: Closeness): void {
    assert.ok(this.#all.length > 1000);
    const close = this.#all.filter((difference) => difference <= tolerance).length;
    assert.ok(close >= share * this.#all.length, `only ${close} of ${this.#all.length} are within ${tolerance}`);
    // Not `every <=`: a NaN must fail too.
    assert.ok(Math.max(...this.#all) <= worst, this.describe());
  }

  describe(): string {
    const sorted = [...this.#all].sort((a, b) => a - b);
    const at = (part: number): string => sorted[Math.floor(part * (sorted.length - 1))]!.toExponential(1);
    return `differences: median ${at(0.5)}, 90 % ${at(0.9)}, largest ${at(1)} of ${sorted.length}`;
  }
}
