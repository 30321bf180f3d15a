import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CanvasTask } from '../../../../src/engine/infill/canvas/canvasTask.js';
import { assembleContext, textBeforeCursor } from '../../../../src/engine/infill/context/assembleContext.js';
import { holeOf } from '../../../../src/engine/infill/context/hole.js';
import { fillCanvas } from '../../../../src/engine/infill/denoise/fillCanvas.js';
import { decodingFor } from '../../../../src/engine/infill/plan/decoding.js';
import { holeTask } from '../../../../src/engine/infill/plan/holeTask.js';
import { RunRecord } from '../../../../src/engine/infill/run/runRecord.js';
import { TINY_WITH_ENCODER } from '../../fixtures.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

const [tiny] = TINY_WITH_ENCODER;
const ABSORBING = { absorb: true, encoderMix: 0.75, entropyBound: 0, stopBelow: 0, stopEvidence: 0 };
const given = await tinyPipeline(ABSORBING, tiny.folder);
after(() => given.model.dispose());
// Every token is likely enough, so that only what was proposed decides how many passes it takes.
const pipeline = {
  ...given,
  recommended: { ...given.recommended, draftTokens: 8, draftAhead: 0, lookUpTokens: 8, draftConfidence: 0 },
};

async function filledWith(drafts: CanvasTask['drafts']) {
  const hole = holeOf(requestOf('let four = load(path, |);\n', { steps: 40, maxTokens: 12, length: 'fixed' }));
  const decoding = decodingFor(hole.options, pipeline);
  const before = textBeforeCursor(hole, decoding.recommended.preamble, pipeline);
  const between = assembleContext(before, hole.context.suffix, hole.code, pipeline);
  const record = new RunRecord(hole.options, {}, pipeline);
  const task = await holeTask(hole, between, decoding, pipeline, record);
  const [canvas] = await fillCanvas({ ...task, ...(drafts && { drafts }) }, decoding, pipeline, record);
  return { ids: canvas!.committed().map(({ id }) => id), passes: record.report().stepsUsed };
}

test('a draft that the encoder confirms is written in fewer passes, and the text is the same', async () => {
  const alone = await filledWith(undefined);
  const withDraft = await filledWith([alone.ids]);
  assert.deepEqual(withDraft.ids, alone.ids);
  assert.ok(withDraft.passes < alone.passes, `${withDraft.passes} of ${alone.passes} passes`);
});

test('what is wrong in a draft is not written, and what is right before it is taken', async () => {
  const alone = await filledWith(undefined);
  const wrong = alone.ids.map((id, i) => (i < 6 ? id : (id + 1) % 200));
  const withDraft = await filledWith([wrong]);
  assert.deepEqual(withDraft.ids, alone.ids);
  assert.ok(withDraft.passes < alone.passes, `${withDraft.passes} of ${alone.passes} passes`);
});
