import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import path from 'node:path';
import { denoiseCanvas } from '../../../src/engine/infill/denoiseCanvas.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { CanvasPart, CanvasRequest } from '../../../src/shared/infillRequest.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import { checkpointPath, TINY_WITH_ENCODER } from '../fixtures.js';
import { withFolder } from '../network/checkpoints.js';
import { requestOf } from './requests.js';
import { tinyPipeline } from './tinyPipeline.js';

const HOLE = 'const total = items.|;\n';
const MASK: CanvasPart = { kind: 'mask' };
const text = (of: string): CanvasPart => ({ kind: 'text', text: of });
const scoring = (canvas: readonly CanvasPart[], drawn = HOLE): CanvasRequest => ({
  ...requestOf(drawn),
  canvas,
  scores: true,
});

for (const { name, kind, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  describe(`how likely the tokens of a canvas are, with the model ${name} (${kind})`, () => {
    let pipeline: Pipeline;
    before(async () => (pipeline = await tinyPipeline({ stopBelow: 0 }, folder)));
    after(async () => pipeline.model.dispose());

    test('each is as likely as the encoder finds it after what stands before, and no step is taken', async () => {
      const outcome = await denoiseCanvas(scoring([text('map(x) + 1')], '|'), pipeline);
      assert.ok(outcome.kind === 'scores');
      assert.equal(outcome.canvas.map((position) => position.text).join(''), 'map(x) + 1');
      assert.equal(outcome.report.stepsUsed, 0);
      const ids = outcome.canvas.map(({ id }) => id!);
      const scores = await pipeline.model.encoder!.scoreTokens([], ids);
      assert.deepEqual(
        outcome.canvas.map(({ confidence }) => confidence),
        Array.from(scores, (score) => Math.exp(score)),
      );
    });

    // In a context that is open, a network of one part reads the suffix as well.
    const skip = kind === 'encoder-denoiser' ? false : 'it is another reading';
    test('the first counts against those only that spell the end of the text before as well', { skip }, async () => {
      const { tokenizer } = pipeline;
      const { encoder, manifest } = pipeline.model;
      const scored = await denoiseCanvas(scoring([text('map')], 'let a = |'), pipeline);
      assert.ok(scored.kind === 'scores');
      const [first] = scored.canvas;
      const begins = (id: number): boolean => tokenizer.bytesOf(id)[0] === 0x20;
      const all = Array.from({ length: manifest.vocabularySize }, (_, id) => id).filter(begins);
      const texts = all.map((id) => ({ after: 0, ids: [id] }));
      const logs = await encoder!.scoreContinuations(tokenizer.encode('let a ='), [], texts);
      const shares = logs.map(([log = -Infinity]) => Math.exp(log));
      const own = shares[all.indexOf(first!.id!)]!;
      const expected = own / shares.reduce((sum, share) => sum + share, 0);
      assert.ok(Math.abs(Math.log(first!.confidence / expected)) < 1e-3, `${first!.confidence}, not ${expected}`);
    });

    test('behind a mask nothing is known, and what the request said stays', async () => {
      const parts: CanvasPart[] = [text('map'), MASK, { kind: 'text', text: ')', confidence: 0.25 }];
      const { canvas } = await denoiseCanvas(scoring(parts), pipeline);
      assert.equal(canvas.at(-1)!.confidence, 0.25);
    });
  });
}

describe('scores of a canvas', () => {
  test('a model that reads nothing says them of all positions', async () => {
    await withFolder(async (folder) => {
      const target = path.join(folder, 'model');
      await convertCheckpoint({ source: checkpointPath('dream'), target, precision: 'fp32' });
      const pipeline = await tinyPipeline({ stopBelow: 0 }, target);
      try {
        const { canvas } = await denoiseCanvas(scoring([text('map'), MASK, text(')')]), pipeline);
        const settled = canvas.filter(({ id }) => id !== null).map(({ confidence }) => confidence);
        assert.ok(
          settled.every((share) => share > 0 && share < 1),
          String(settled),
        );
      } finally {
        await pipeline.model.dispose();
      }
    });
  });

  test('are no answer to a question for alternatives, and a withdrawal ends them', async () => {
    const pipeline = await tinyPipeline({ stopBelow: 0 });
    try {
      const both = { ...scoring([text('map')]), alternatives: { position: 0, most: 3 } };
      await assert.rejects(denoiseCanvas(both, pipeline), InfillError);
      const stopped = new AbortController();
      stopped.abort();
      const outcome = await denoiseCanvas(scoring([text('map')]), pipeline, { signal: stopped.signal });
      assert.equal(outcome.kind, 'none');
    } finally {
      await pipeline.model.dispose();
    }
  });
});
