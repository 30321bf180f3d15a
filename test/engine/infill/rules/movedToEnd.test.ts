import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { movedToEnd, withEndAtLeast } from '../../../../src/engine/infill/rules/movedToEnd.js';
import type { Prediction } from '../../../../src/engine/contract/model.js';

const EOM = 0;

/** The row of a whole distribution: ids are its indices, `<eom>` the first. */
function rowOf(probabilities: readonly number[]): Prediction {
  const ranked = probabilities.map((p, id) => ({ p, id })).sort((a, b) => b.p - a.p);
  return {
    position: 0,
    ids: ranked.map(({ id }) => id),
    logProbs: ranked.map(({ p }) => Math.log(p)),
    entropy: entropyOf(probabilities),
  };
}

function entropyOf(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
}

function probabilitiesOf(row: Prediction, size: number): number[] {
  return Array.from({ length: size }, (_, id) =>
    row.ids.includes(id) ? Math.exp(row.logProbs[row.ids.indexOf(id)]!) : 0,
  );
}

const distribution = fc
  .array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 12 })
  .map((weights) => weights.map((weight) => weight / weights.reduce((a, b) => a + b, 0)));

function assertRow(row: Prediction, expected: readonly number[]): void {
  probabilitiesOf(row, expected.length).forEach((p, id) =>
    assert.ok(Math.abs(p - expected[id]!) < 1e-9, `id ${id}: ${p}`),
  );
  assert.ok(Math.abs(row.entropy - entropyOf(expected)) < 1e-9, `entropy ${row.entropy}`);
  row.logProbs.forEach((logProb, i) => assert.ok(i === 0 || logProb <= row.logProbs[i - 1]!));
}

test('shares of probability move, and the entropy is that of the new distribution', () => {
  fc.assert(
    fc.property(distribution, fc.double({ min: 0, max: 1, noNaN: true }), (p, share) => {
      const row = movedToEnd(rowOf(p), EOM, (id) => (id % 2 === 1 ? share : 0));
      const stay = p.map((each, id) => (id % 2 === 1 ? each * (1 - share) : each));
      const moved = p.reduce((sum, each, id) => sum + each - stay[id]!, 0);
      assertRow(
        row,
        stay.map((each, id) => (id === EOM ? each + moved : each)),
      );
    }),
  );
});

test('<eom> becomes at least as likely as asked, the others keep their ratio', () => {
  fc.assert(
    fc.property(distribution, fc.double({ min: 0, max: 0.999, noNaN: true }), (p, floor) => {
      const end = Math.max(p[EOM]!, floor);
      assertRow(
        withEndAtLeast(rowOf(p), EOM, floor),
        p.map((each, id) => (id === EOM ? end : (each * (1 - end)) / (1 - p[EOM]!))),
      );
    }),
  );
});

test('an <eom> that is not among the candidates is added', () => {
  const row = { position: 0, ids: [5, 6], logProbs: [Math.log(0.6), Math.log(0.3)], entropy: 1 };
  assert.deepEqual(movedToEnd(row, EOM, (id) => Number(id === 5)).ids, [EOM, 6]);
  assert.deepEqual(withEndAtLeast(row, EOM, 0.5).ids, [EOM, 5, 6]);
});
