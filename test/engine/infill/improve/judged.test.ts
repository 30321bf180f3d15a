import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { judged, type ReadSection, tokenStarts } from '../../../../src/engine/infill/improve/judged.js';
import { sectionText } from '../../../../src/engine/infill/improve/sectionText.js';
import { tokenTexts } from '../../../../src/engine/tokenizer/tokenTexts.js';
import { tinyPipeline } from '../tinyPipeline.js';

const { model, tokenizer } = await tinyPipeline({});
after(() => model.dispose());
const encoder = model.encoder!;
const BEFORE = 'const width = 4;\n';
const SECTION = 'return width;\n';
const AFTER = '}\n';
const ROOM = model.manifest.limits.prefix - 1;

async function readSection(): Promise<ReadSection> {
  const parts = { preamble: [], before: BEFORE, section: SECTION, after: AFTER, pinned: [] };
  const section = sectionText(parts, tokenizer, ROOM);
  const ids = [...section.units, ...section.following].flatMap((unit) => unit.ids);
  return { ...section, readings: await encoder.readTokens(section.contextIds, ids) };
}

/** Log-probability of a text after the section's context, read by itself. */
async function logProbOf(section: ReadSection, text: string): Promise<number> {
  const scores = await encoder.scoreTokens(section.contextIds, tokenizer.encode(text));
  return scores.reduce((total, score) => total + score, 0);
}

test('an alternative is as likely as the text with it, read by itself, and what stands there likewise', async () => {
  const section = await readSection();
  const starts = tokenStarts(section.units);
  const alternatives = section.units.slice(1).flatMap((unit, i) => {
    const reading = section.readings[starts[i + 1]!]!;
    const texts = tokenTexts(reading.ids.slice(0, 6), tokenizer).filter((text) => text !== '' && text !== unit.text);
    return texts.map((text) => ({ from: i + 1, to: i + 2, text, source: 'read' as const }));
  });
  const room = model.manifest.limits.prefix + model.manifest.limits.canvas - section.contextIds.length;
  const results = await judged(section, alternatives, { encoder, tokenizer, room });
  assert.ok(results.length > 2, `${results.length} of ${alternatives.length} are likelier`);
  for (const { from, text, before, after, tokensBefore } of results) {
    const unit = section.units[from]!;
    // What is read behind it is a few tokens, here all that there is; what is before the token in front of it says the same in both.
    const shared = await logProbOf(section, section.text.slice(0, section.units[from - 1]!.start));
    const now = section.text.slice(0, unit.start) + text + section.text.slice(unit.end);
    const logProbs = [await logProbOf(section, section.text), await logProbOf(section, now)];
    assert.ok(Math.abs(shared + before - logProbs[0]!) < 1e-3, `${shared + before} and ${logProbs[0]}`);
    assert.ok(Math.abs(shared + after - logProbs[1]!) < 1e-3, `${shared + after} and ${logProbs[1]}`);
    assert.equal(tokensBefore, unit.ids.length);
  }
});

test('what does not fit into the model is not judged', async () => {
  const section = await readSection();
  const alternatives = [{ from: 0, to: 1, text: ' n', source: 'read' as const }];
  assert.deepEqual(await judged(section, alternatives, { encoder, tokenizer, room: 2 }), []);
});
