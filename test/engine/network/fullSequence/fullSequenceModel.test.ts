import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FullSequenceModel } from '../../../../src/engine/network/fullSequence/fullSequenceModel.js';
import { type InfillModel, NO_TOKEN, type Prediction } from '../../../../src/engine/contract/model.js';
import { expectedOf, withConverted, type Checkpoint } from '../checkpoints.js';

/** Positions 4..7 of the recorded sequences are masked: here they are the canvas. */
const [FROM, TO] = [4, 8];
const POSITIONS = [0, 1, 2, 3];

function logSoftmax(logits: Float32Array, neverChosen: readonly number[]): Float64Array {
  const kept = Float64Array.from(logits, (logit, id) => (neverChosen.includes(id) ? -Infinity : logit));
  const largest = Math.max(...kept);
  const sum = Math.log(kept.reduce((total, logit) => total + Math.exp(logit - largest), 0)) + largest;
  return kept.map((logit) => logit - sum);
}

function assertRow(row: Prediction, expected: Float64Array): void {
  const best = Array.from(expected.entries())
    .sort((a, b) => b[1] - a[1])
    .slice(0, row.ids.length);
  assert.equal(row.ids.length, Math.min(16, expected.filter((log) => log > -Infinity).length));
  row.ids.forEach((id, i) => {
    assert.ok(Math.abs(row.logProbs[i]! - expected[id]!) < 2e-4, `id ${id}: ${row.logProbs[i]!} or ${expected[id]!}`);
    assert.ok(Math.abs(row.logProbs[i]! - best[i]![1]) < 2e-4, 'the likeliest come first');
  });
  const entropy = expected.reduce((sum, log) => (log === -Infinity ? sum : sum - Math.exp(log) * log), 0);
  assert.ok(Math.abs(row.entropy - entropy) < 1e-3, `entropy ${row.entropy} or ${entropy}`);
}

describe('a full-sequence model predicts the masked positions of a canvas between prefix and suffix', () => {
  // Not shifted; shifted; shifted and opened by a token that the recorded sequences begin with.
  for (const name of [
    'llada',
    'open-dcoder',
    'dqwen3',
    'coda',
    'diffugpt',
    'mdlm',
  ] as const satisfies readonly Checkpoint[]) {
    it(`${name}: top ids, log-probabilities and entropy, whole rows, and a first position of few ids`, async () => {
      const { ids, logits } = await expectedOf(name);
      await withConverted(name, 'fp32', async (parts) => {
        const { architecture, tokens } = parts.manifest;
        const { neverChosen } = parts;
        assert.ok(neverChosen.includes(tokens.mask!));
        if (name === 'coda') {
          const best = logits.flat().map((row) => row.indexOf(Math.max(...row)));
          assert.ok(best.filter((id) => id !== tokens.mask && neverChosen.includes(id)).length > 3, String(best));
        }
        const model = new FullSequenceModel(parts);
        for (const [b, sequence] of ids.entries()) {
          const expected = POSITIONS.map((position) =>
            logSoftmax(logits[b]![FROM + position - (architecture.shift ? 1 : 0)]!, neverChosen),
          );
          const opened = tokens.start === null ? 0 : 1;
          if (tokens.start !== null) assert.equal(sequence[0], tokens.start);
          const context = await model.openContext(sequence.slice(opened, FROM), sequence.slice(TO));
          const query = { canvas: sequence.slice(FROM, TO), positions: POSITIONS };
          const [rows] = await context.predict([query], 0);
          rows!.forEach((row, i) => assertRow(row, expected[i]!));

          const [whole] = await context.predict([{ ...query, wantDistribution: true }], 0);
          whole!.forEach((row, i) => {
            assertRow(row, expected[i]!);
            for (const id of neverChosen) assert.equal(row.distribution![id], -Infinity);
            row.distribution!.forEach((log, id) => {
              if (!neverChosen.includes(id)) assert.ok(Math.abs(log - expected[i]![id]!) < 2e-4);
            });
          });

          const allowed = [7, 40, 41];
          const [few] = await context.predict([{ ...query, allowedFirst: allowed }], 0);
          const total = Math.log(allowed.reduce((sum, id) => sum + Math.exp(expected[0]![id]!), 0));
          assertRow(
            few![0]!,
            expected[0]!.map((log, id) => (allowed.includes(id) ? log - total : -Infinity)),
          );
          assertRow(few![1]!, expected[1]!);
        }
      });
    });
  }

  it('canvases are independent of each other, also where they differ in length', async () => {
    await withConverted('dream', 'fp32', async (parts) => {
      const mask = parts.manifest.tokens.mask!;
      const model = new FullSequenceModel(parts);
      const canvases = [
        [mask, 5, mask],
        [mask, 6, mask],
        [mask, mask],
      ];
      const queries = canvases.map((canvas) => ({ canvas, positions: canvas.length === 3 ? [0, 2] : [1] }));
      const context = await model.openContext([10, 11], [12]);
      const together = await context.predict(queries, 0);
      for (const [i, query] of queries.entries()) {
        const [alone] = await context.predict([query], 0);
        together[i]!.forEach((row, r) => assert.ok(Math.abs(row.entropy - alone![r]!.entropy) < 1e-4));
      }
      assert.ok(Math.abs(together[0]![0]!.entropy - together[1]![0]!.entropy) > 1e-3, 'each sees itself alone');
      const [none] = await context.predict([{ canvas: canvases[0]!, positions: [] }], 0);
      assert.deepEqual(none, []);
    });
  });

  it('the start token comes before the prefix', async () => {
    await withConverted('dream', 'fp32', async (parts) => {
      const { start, mask } = parts.manifest.tokens;
      assert.notEqual(start, null);
      const bare = { ...parts, manifest: { ...parts.manifest, tokens: { ...parts.manifest.tokens, start: null } } };
      const query = { canvas: [mask!, mask!], positions: [0, 1] };
      const [added] = await (await new FullSequenceModel(parts).openContext([10], [12])).predict([query], 0);
      const [given] = await (await new FullSequenceModel(bare).openContext([start!, 10], [12])).predict([query], 0);
      assert.deepEqual(added, given);
    });
  });

  it('what fills a canvas after a middle without <eom> is no part of the sequence', async () => {
    await withConverted('mdlm', 'fp32', async (parts) => {
      const mask = parts.manifest.tokens.mask!;
      const model = new FullSequenceModel(parts);
      assert.equal(model.manifest.tokens.endOfMiddle, NO_TOKEN);
      const context = await model.openContext([10, 11], [12]);
      const [filled] = await context.predict([{ canvas: [mask, 5, NO_TOKEN, NO_TOKEN], positions: [0] }], 0);
      const [short] = await context.predict([{ canvas: [mask, 5], positions: [0] }], 0);
      assert.deepEqual(filled, short);
      await assert.rejects(context.predict([{ canvas: [mask, NO_TOKEN], positions: [1] }], 0), /position 1/);
    });
  });

  it('has no encoder, and says so by its absence', async () => {
    await withConverted('dream', 'fp32', async (parts) => {
      const model: InfillModel = new FullSequenceModel(parts);
      const context = await model.openContext([10], [12]);
      assert.deepEqual([model.encoder, context.encoder], [undefined, undefined]);
    });
  });

  it('refuses what it cannot do, with the reason', async () => {
    await withConverted('sedd', 'fp32', async (parts) => {
      const mask = parts.manifest.tokens.mask!;
      const model = new FullSequenceModel(parts);
      const context = await model.openContext([10], [12]);
      const refused = { name: 'InfillError', code: 'invalid-request' };
      await assert.rejects(context.predict([{ canvas: [mask], positions: [0] }], 0), {
        ...refused,
        message: /noise level/,
      });
      const long = new Array<number>(parts.manifest.limits.prefix + 1).fill(1);
      await assert.rejects(model.openContext(long, []), refused);
      await model.openContext([10], [12]);
      await assert.rejects(context.predict([{ canvas: [mask], positions: [0] }], 0), /closed/);
    });
  });
});

describe('score networks', () => {
  for (const name of ['sedd', 'sedd-uniform'] as const) {
    it(`${name}: log scores, 0 for the token that stands there`, async () => {
      const { ids, scores, sigma } = await expectedOf(name);
      await withConverted(name, 'fp32', async (parts) => {
        const model = new FullSequenceModel(parts);
        assert.equal(model.manifest.parameterization, 'score');
        const mask = model.manifest.tokens.mask;
        const context = await model.openContext(ids[0]!.slice(0, FROM), ids[0]!.slice(TO));
        const canvas = ids[0]!.slice(FROM, TO);
        const noise = { t: 0.5, sigma: sigma![0]! };
        const [rows] = await context.predict([{ canvas, positions: POSITIONS, wantDistribution: true, noise }], 0);
        rows!.forEach((row, i) => {
          const expected = scores![0]![FROM + i]!;
          row.distribution!.forEach((log, id) => assert.ok(Math.abs(log - expected[id]!) < 2e-4, `id ${id}`));
          assert.equal(row.distribution![canvas[i]!], 0);
          assertRow({ ...row }, logSoftmax(expected, [mask]));
        });
      });
    });
  }
});
