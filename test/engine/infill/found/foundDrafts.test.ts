import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assembleContext, textBeforeCursor } from '../../../../src/engine/infill/context/assembleContext.js';
import { holeOf } from '../../../../src/engine/infill/context/hole.js';
import { suffixStart } from '../../../../src/engine/infill/context/suffixStart.js';
import { foundDrafts } from '../../../../src/engine/infill/found/foundDrafts.js';
import { decodingFor } from '../../../../src/engine/infill/plan/decoding.js';
import { holeTask } from '../../../../src/engine/infill/plan/holeTask.js';
import { RunRecord } from '../../../../src/engine/infill/run/runRecord.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';
import { indexOf, uriOf } from './project.js';

const tiny = await tinyPipeline();
after(() => tiny.model.dispose());
const FILES = {
  'a.ts': 'const one = load(path, { deep: true });\nconst two = load(path, { deep: true });\n',
  'b.ts': 'const three = load(path, options);\nsend(path);\n',
};

async function draftsAt(drawn: string) {
  const pipeline = { ...tiny, project: indexOf(FILES) };
  const hole = holeOf(requestOf(drawn, {}, { uri: uriOf('now.ts') }));
  const decoding = decodingFor(hole.options, pipeline);
  const before = textBeforeCursor(hole, decoding.recommended.preamble, pipeline);
  const between = assembleContext(before, hole.context.suffix, hole.code, pipeline);
  const task = await holeTask(hole, between, decoding, pipeline, new RunRecord(hole.options, {}, pipeline));
  return { task, drafts: await foundDrafts(hole, task, pipeline) };
}

test('each text is as likely as the encoder says when it reads it alone, and so is the suffix behind it', async () => {
  const { task, drafts } = await draftsAt('let four = load(path, |);\n');
  assert.deepEqual(
    drafts.map(({ middle, evidence }) => [middle.text, evidence.votes]),
    [
      ['{ deep: true }', 2],
      ['options', 1],
    ],
  );
  const healed = Buffer.from(task.context.healed).toString('utf8');
  const likelihood = async (text: string): Promise<number> => {
    const ids = tiny.tokenizer.encode(healed + text + suffixStart(task.suffix));
    const logProbs = await tiny.model.encoder!.scoreTokens(task.context.ids, ids);
    return logProbs.reduce((sum, each) => sum + each, 0);
  };
  const alone = await likelihood('');
  for (const { middle, evidence } of drafts) {
    const together = await likelihood(middle.text);
    assert.ok(Math.abs(evidence.logText + evidence.logSuffix - together) < 1e-3);
    assert.ok(Math.abs(evidence.gain - (together - alone)) < 1e-3);
    assert.equal(middle.tokens.map(({ text }) => text).join(''), middle.text);
    const logText = middle.tokens.reduce((sum, { confidence }) => sum + Math.log(confidence), 0);
    assert.ok(Math.abs(logText - evidence.logText) < 1e-9);
  }
});

test('where nothing is found nothing is read', async () => {
  const { drafts } = await draftsAt('class Empty extends |\n');
  assert.deepEqual(drafts, []);
});
