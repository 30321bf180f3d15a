import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mixed } from '../../../../src/engine/infill/found/mixed.js';

const surprise = (p: number): number => (p > 0 ? -p * Math.log(p) : 0);

void describe('a mixture of distributions', () => {
  it('is what the whole distributions say, of which a row lists the likeliest', () => {
    const part = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });
    const weight = fc.double({ min: 0, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(part, part, weight, fc.integer({ min: 1, max: 6 }), (model, found, share, listed) => {
        const whole = (parts: number[]): number[] => parts.map((each) => each / parts.reduce((a, b) => a + b));
        const p = whole(model);
        const order = p.map((_, id) => id).sort((a, b) => p[b]! - p[a]!);
        const ids = order.slice(0, listed);
        // What the row does not list is not found either, so that the whole can be known.
        const q = whole(found.map((each, id) => (ids.includes(id) ? each : 0)));
        const row = {
          position: 3,
          ids,
          logProbs: ids.map((id) => Math.log(p[id]!)),
          entropy: p.reduce((sum, each) => sum + surprise(each), 0),
        };
        const result = mixed(row, new Map(ids.map((id) => [id, q[id]!])), share, 9);
        const expected = p.map((each, id) => (1 - share) * each + share * q[id]!);
        for (const [i, id] of result.ids.entries()) {
          assert.ok(Math.abs(Math.exp(result.logProbs[i]!) - expected[id]!) < 1e-12);
          if (i > 0) assert.ok(result.logProbs[i]! <= result.logProbs[i - 1]!);
        }
        assert.deepEqual([...result.ids].sort(), [...ids].sort());
        const entropy = expected.reduce((sum, each) => sum + surprise(each), 0);
        assert.ok(Math.abs(result.entropy - entropy) < 1e-9);
        assert.equal(result.position, 3);
      }),
    );
  });

  it('lists what was found and the row does not list', () => {
    const row = { position: 0, ids: [1, 2], logProbs: [Math.log(0.6), Math.log(0.3)], entropy: 1 };
    const { ids, logProbs } = mixed(row, new Map([[9, 1]]), 0.5, 7);
    assert.deepEqual(ids, [9, 1, 2]);
    assert.deepEqual(
      logProbs.map((each) => Math.exp(each).toFixed(3)),
      ['0.500', '0.300', '0.150'],
    );
  });

  it('keeps what the other one knows nothing of as likely as it is', () => {
    const row = {
      position: 0,
      ids: [1, 7],
      logProbs: [Math.log(0.6), Math.log(0.4)],
      entropy: surprise(0.6) + surprise(0.4),
    };
    const { ids, logProbs, entropy } = mixed(row, new Map([[2, 1]]), 0.5, 7);
    assert.deepEqual(ids.map((id, i) => [id, Math.exp(logProbs[i]!).toFixed(3)]).sort(), [
      [1, '0.300'],
      [2, '0.300'],
      [7, '0.400'],
    ]);
    assert.ok(Math.abs(entropy - 2 * surprise(0.3) - surprise(0.4)) < 1e-12);
  });

  it('leaves a row as it is where nothing was found, or it counts nothing', () => {
    const row = { position: 0, ids: [1], logProbs: [0], entropy: 0 };
    assert.equal(mixed(row, new Map(), 0.5, 7), row);
    assert.equal(mixed(row, new Map([[2, 1]]), 0, 7), row);
  });
});
