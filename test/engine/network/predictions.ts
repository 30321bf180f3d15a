import assert from 'node:assert/strict';
import type { CanvasQuery, Prediction } from '../../../src/engine/contract/model.js';

export const MASK = 16;
export const END = 13;

/** A wholly masked canvas, every position asked. */
export function masked(size: number): CanvasQuery {
  return { canvas: Array<number>(size).fill(MASK), positions: Array.from({ length: size }, (_, i) => i) };
}

/** The largest difference of a log-probability or an entropy between two predictions of the same positions. */
export function difference(actual: readonly Prediction[], expected: readonly Prediction[]): number {
  assert.deepEqual(
    actual.map(({ position }) => position),
    expected.map(({ position }) => position),
  );
  const differences = actual.flatMap((row, index) => {
    const other = expected[index]!;
    assert.equal(row.ids.length, other.ids.length);
    const known = new Map(other.ids.map((id, i) => [id, other.logProbs[i]!]));
    // Only the last places of the list may differ, where two ids are as likely as each other.
    const ofIds = row.ids.map((id, i) => Math.abs(row.logProbs[i]! - (known.get(id) ?? other.logProbs.at(-1)!)));
    return [Math.abs(row.entropy - other.entropy), ...ofIds];
  });
  return Math.max(0, ...differences);
}

/** How far two ways to compute the same may be apart. */
export interface Tolerance {
  readonly usual: number;
  /** The share of answers that may be off by more, up to `worst`. */
  readonly exceptions: number;
  readonly worst: number;
}

/**
 * A product of other shapes adds in another order, so the last bit may differ. In int8 such a bit may carry an activation over
 * a rounding boundary, which moves the whole answer: seldom, and in a model of 48 components by much.
 */
export const TOLERANCE: Readonly<Record<'fp32' | 'int8', Tolerance>> = {
  fp32: { usual: 1e-4, exceptions: 0, worst: 1e-4 },
  int8: { usual: 1e-4, exceptions: 0.1, worst: 1 },
};

/** Collects differences and judges them together. */
export class Comparisons {
  #exact = 0;
  readonly #all: { readonly difference: number; readonly what: string }[] = [];

  constructor(private readonly tolerance: Tolerance) {}

  add(actual: readonly Prediction[], expected: readonly Prediction[], what: string): void {
    const entry = { difference: difference(actual, expected), what };
    // Not `>`: a NaN must fail too.
    assert.ok(entry.difference <= this.tolerance.worst, `${what}: off by ${entry.difference}`);
    this.#all.push(entry);
  }

  /** Of answers that must be the same to the last bit. */
  addExact(actual: readonly Prediction[], expected: readonly Prediction[], what: string): void {
    assert.deepEqual(actual, expected, what);
    this.#exact++;
  }

  check(atLeast: number): void {
    const made = this.#all.length + this.#exact;
    assert.ok(made >= atLeast, `only ${made} comparisons`);
    const off = this.#all.filter((entry) => entry.difference > this.tolerance.usual);
    const list = off.map((entry) => `${entry.what}: ${entry.difference}`).join('\n');
    assert.ok(
      // Rounded up: of few comparisons one may be off, or chance would decide.
      off.length <= Math.ceil(this.tolerance.exceptions * this.#all.length),
      `${off.length} of ${this.#all.length} are off:\n${list}`,
    );
  }
}
