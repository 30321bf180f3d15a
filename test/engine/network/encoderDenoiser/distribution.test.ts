import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  denoiserDistribution,
  encoderDistribution,
  encoderLogProb,
  firstDistribution,
} from '../../../../src/engine/network/encoderDenoiser/distribution.js';
import { type Distribution } from '../../../../src/engine/network/output/distribution.js';
import type { HeadRow } from '../../../../src/engine/network/vocabulary/headRunner.js';
import type { LogitStatistics } from '../../../../src/engine/network/output/statistics.js';

const VOCABULARY = 40;
const MASK = 16;
const END = 13;
const logit = fc.double({ min: -30, max: 30, noNaN: true });
const logits = fc.array(logit, { minLength: VOCABULARY, maxLength: VOCABULARY });

/** What the head tells of these logits. */
function statistics(all: readonly number[], allowed: (id: number) => boolean): LogitStatistics {
  const ids = all.map((_, id) => id).filter((id) => id !== MASK && id !== END && allowed(id));
  const logSum = Math.log(ids.reduce((sum, id) => sum + Math.exp(all[id]!), 0));
  const top = [...ids].sort((a, b) => all[b]! - all[a]!).slice(0, 16);
  const expected = ids.reduce((sum, id) => sum + Math.exp(all[id]! - logSum) * all[id]!, 0);
  return { ids: top, logits: top.map((id) => all[id]!), logSum, expected };
}

function row(all: readonly number[], end: number): HeadRow {
  return { ...statistics(all, () => true), controls: [all[MASK]!, all[END]!], end, target: all[5]! };
}

/** log-softmax; -Infinity stays ruled out. */
function logSoftmax(all: readonly number[]): number[] {
  const sum = Math.log(all.reduce((total, value) => total + Math.exp(value), 0));
  return all.map((value) => value - sum);
}

function assertIs(found: Distribution, expected: readonly number[]): void {
  const possible = expected.map((_, id) => id).filter((id) => expected[id]! > -Infinity);
  assert.equal(found.ids.length, Math.min(16, possible.length));
  found.ids.forEach((id, i) => assert.ok(Math.abs(found.logProbs[i]! - expected[id]!) < 1e-9, `id ${id}`));
  const best = possible.map((id) => expected[id]!).sort((a, b) => b - a);
  found.logProbs.forEach((logProb, i) => assert.ok(Math.abs(logProb - best[i]!) < 1e-9, `place ${i}`));
  const entropy = possible.reduce((sum, id) => sum - Math.exp(expected[id]!) * expected[id]!, 0);
  assert.ok(Math.abs(found.entropy - entropy) < 1e-8, `entropy ${found.entropy}, not ${entropy}`);
}

describe('distributions', () => {
  it('the denoiser has its own <eom> and no <mask>', () => {
    fc.assert(
      fc.property(logits, logit, (all, end) => {
        const expected = logSoftmax(all.map((value, id) => (id === MASK ? -Infinity : id === END ? end : value)));
        assertIs(denoiserDistribution(row(all, end), END), expected);
      }),
    );
  });

  it('the encoder is an ordinary language model', () => {
    fc.assert(
      fc.property(logits, (all) => {
        const expected = logSoftmax(all);
        assertIs(encoderDistribution(row(all, 99), MASK, END), expected);
        assert.ok(Math.abs(encoderLogProb(row(all, 99), 5, MASK, END) - expected[5]!) < 1e-9);
        assert.ok(Math.abs(encoderLogProb(row(all, 99), END, MASK, END) - expected[END]!) < 1e-9);
        assert.ok(Math.abs(encoderLogProb(row(all, 99), MASK, MASK, END) - expected[MASK]!) < 1e-9);
      }),
    );
  });

  it('the first position mixes both, leaves <eom> to the denoiser, and is restricted afterwards', () => {
    const mixes = fc.constantFrom(0, 0.3, 0.5, 0.9);
    const choice = fc.option(fc.uniqueArray(fc.nat(VOCABULARY - 1), { minLength: 1 }), { nil: undefined });
    fc.assert(
      fc.property(logits, logits, logit, mixes, choice, (denoiser, encoder, end, mix, allowed) => {
        const may = (id: number): boolean => allowed?.includes(id) ?? true;
        const own = logSoftmax(denoiser.map((value, id) => (id === MASK ? -Infinity : id === END ? end : value)));
        const notEnd = Math.log1p(-Math.min(Math.exp(own[END]!), 0.999));
        const language = logSoftmax(encoder);
        const mixed = own.map((value, id) => {
          if (id === MASK || !may(id)) return -Infinity;
          return id === END || mix === 0 ? value : (1 - mix) * value + mix * (language[id]! + notEnd);
        });
        if (mixed.every((value) => value === -Infinity)) return;
        const mixture = statistics(
          denoiser.map((value, id) => (1 - mix) * value + mix * encoder[id]!),
          may,
        );
        const options = { mix, endOfMiddle: END, endAllowed: may(END) };
        assertIs(firstDistribution(mixture, row(denoiser, end), row(encoder, 99), options), logSoftmax(mixed));
      }),
    );
  });

  it('nothing allowed gives an empty list, not NaN', () => {
    const nothing = { ids: [], logits: [], logSum: -1e9, expected: -1e9 };
    const some = row(Array<number>(VOCABULARY).fill(0), 0);
    const options = { mix: 0.5, endOfMiddle: END, endAllowed: false };
    assert.deepEqual(firstDistribution(nothing, some, some, options), { ids: [], logProbs: [], entropy: 0 });
  });
});
