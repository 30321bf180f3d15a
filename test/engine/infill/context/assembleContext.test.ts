import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { codeBefore } from '../../../../src/engine/text/codeBefore.js';
import { contextRoom } from '../../../../src/engine/contract/contextRoom.js';
import { assembleContext, textBeforeCursor } from '../../../../src/engine/infill/context/assembleContext.js';
import { holeOf } from '../../../../src/engine/infill/context/hole.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

const pipeline = await tinyPipeline();
after(() => pipeline.model.dispose());
const { model, tokenizer } = pipeline;
const room = contextRoom(model.manifest.limits);

test('the text before a cursor begins with the preamble, and both together fit', () => {
  const long = 'const first = 1;\n'.repeat(200);
  const hole = holeOf(requestOf(`${long}const a = |;\nexport const last = a;\n`));
  const { prefix, context } = textBeforeCursor(hole, 16, pipeline);
  const text = tokenizer.decode([...context.ids]);
  assert.ok(text.startsWith('export const last = a;\n\n'), text.slice(0, 60));
  assert.ok(long.endsWith(prefix.slice(0, -'const a = '.length)));
  assert.ok(context.ids.length <= room.prefix && context.ids.length > room.prefix / 2);
  const plain = textBeforeCursor(hole, 0, pipeline);
  assert.ok(!tokenizer.decode([...plain.context.ids]).includes('last'));
});

test('what a canvas stands between is read with line feeds, within the limits', () => {
  const before = { prefix: 'f(', context: { ids: [1], healed: new Uint8Array(0), allowedFirst: undefined } };
  const code = codeBefore({ prefix: 'f(', prefixOffset: 0, languageId: 'c' });
  const { suffix, suffixIds, openEnds, ...rest } = assembleContext(before, ');\r\n'.repeat(500), code, pipeline);
  assert.deepEqual(rest, before);
  assert.ok(suffix.startsWith(');\n);\n') && !suffix.includes('\r'));
  assert.equal(suffixIds.length, room.suffix);
  assert.deepEqual(suffixIds, tokenizer.encode(suffix).slice(0, room.suffix));
  assert.deepEqual([openEnds('a'), openEnds('(a'), openEnds('"a')], ['nothing', 'bracket', 'text']);
});
