import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { networkScores } from '../../../../src/engine/infill/selection/networkScores.js';
import { remaskPlan } from '../../../../src/engine/infill/selection/remaskPlan.js';
import { RunRecord } from '../../../../src/engine/infill/run/runRecord.js';
import { FullSequenceModel } from '../../../../src/engine/network/fullSequence/fullSequenceModel.js';
import type { FullSequenceParts } from '../../../../src/engine/network/fullSequence/parts.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { checkpointPath } from '../../fixtures.js';
import { withConverted, type Checkpoint } from '../../network/checkpoints.js';

const TEXT = { before: [10, 11, 12], ids: [30, 31, 32, 33, 34], after: [20, 21] };
const STRENGTH = 0.4;

async function recordFor(name: Checkpoint): Promise<RunRecord> {
  return new RunRecord(
    { trace: false },
    {},
    { tokenizer: await loadTokenizer(checkpointPath(`${name}/tokenizer.json`)) },
  );
}

/** By hand: all rows of the network, softmax over all ids but the mask; of scores, those of other tokens against 1. */
async function expected(parts: FullSequenceParts): Promise<number[]> {
  const { tokens, architecture } = parts.manifest;
  const start = tokens.start === null ? [] : [tokens.start];
  const end = tokens.end === null ? [] : [tokens.end];
  const sequence = [...start, ...TEXT.before, ...TEXT.ids, ...TEXT.after, ...end];
  const first = start.length + TEXT.before.length - (architecture.shift ? 1 : 0);
  const sigma = -Math.log(1 - 0.999 * STRENGTH);
  const { hidden } = await parts.network.run({
    sequences: [sequence],
    wanted: [TEXT.ids.map((_, i) => first + i)],
    sigma: architecture.timeInput === 'sigma' ? sigma : undefined,
  });
  const logits = await parts.vocabulary.logits(hidden);
  const factor = architecture.scaleBySigma ? (Math.exp(sigma) - 1) * (architecture.vocabularySize - 1) : 1;
  return logits.map((row, i) => {
    const own = TEXT.ids[i]!;
    if (architecture.parameterization === 'clean') {
      const sum = row.reduce((total, logit, id) => total + (id === tokens.mask ? 0 : Math.exp(logit)), 0);
      return row[own]! - Math.log(sum);
    }
    const others = row.reduce(
      (total, log, id) => total + (id === tokens.mask || id === own ? 0 : Math.exp(log) / factor),
      0,
    );
    return -Math.log(1 + others);
  });
}

describe('scores of a selection by a network without an encoder', () => {
  for (const name of ['llada', 'open-dcoder', 'mdlm', 'sedd', 'sedd-uniform'] as const) {
    it(`${name}: the log-probability of each token where it stands, in one pass`, async () => {
      await withConverted(name, 'fp32', async (parts) => {
        const record = await recordFor(name);
        const model = record.measured(new FullSequenceModel(parts));
        const scores = await networkScores(TEXT, STRENGTH, model, record);
        const byHand = await expected(parts);
        assert.equal(scores.length, byHand.length);
        scores.forEach((score, i) => assert.ok(Math.abs(score - byHand[i]!) < 1e-3, `${score} or ${byHand[i]!}`));
        assert.equal(record.report().passes.denoise.count, 1);
      });
    });
  }

  it('a selection longer than a canvas is scored canvas by canvas, each among what stands around it', async () => {
    await withConverted('llada', 'fp32', async (parts) => {
      const record = await recordFor('llada');
      const short = { ...parts.manifest, limits: { ...parts.manifest.limits, canvas: 2 } };
      const model = record.measured(new FullSequenceModel({ ...parts, manifest: short }));
      const inParts = await networkScores(TEXT, 1, model, record);
      assert.equal(record.report().passes.denoise.count, 3);
      const whole = await networkScores(TEXT, 1, new FullSequenceModel(parts), record);
      inParts.forEach((score, i) => assert.ok(Math.abs(score - whole[i]!) < 1e-4, `${score} or ${whole[i]!}`));
    });
  });

  it('the least likely units are masked, the pinned ones never', async () => {
    await withConverted('llada', 'fp32', async (parts) => {
      const model = new FullSequenceModel(parts);
      const record = await recordFor('llada');
      const scores = await networkScores(TEXT, STRENGTH, model, record);
      const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
      const units = TEXT.ids.map((id, i) => ({
        ids: [id],
        start: i,
        end: i + 1,
        original: 'x',
        span: { start: i, end: i + 1 },
        pinned: i === order[0],
      }));
      const context = { ids: TEXT.before, healed: new Uint8Array(0), allowedFirst: undefined };
      const plan = await remaskPlan({ context, units }, TEXT.after, { strength: STRENGTH, model, record });
      plan.confidences.forEach((confidence, i) => assert.ok(Math.abs(confidence - Math.exp(scores[i]!)) < 1e-6));
      // 40 % of the four that may change are two.
      assert.deepEqual(
        plan.masked,
        scores.map((_, i) => i === order[1] || i === order[2]),
      );
    });
  });
});
