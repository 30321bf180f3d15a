import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { denoiseSelection } from '../../../src/engine/infill/denoiseSelection.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { infill } from '../../../src/engine/infill/infill.js';
import type { Tokenizer } from '../../../src/engine/tokenizer/tokenizerContract.js';
import { contextOf, OPTIONS } from './requests.js';
import { tinyPipeline } from './tinyPipeline.js';

const HIDDEN = [
  '\u202E',
  '\u2066',
  '\u200B',
  '\u001b',
  '\u0000',
  '\r',
  '\u00A0',
  '\u2028',
  '\uFEFF',
  '\u{E0041}',
  '\u200D',
  '\uFFFD',
];
/** Texts of lower case letters, so that no token with a capital or a digit ever spells them. */
const LINES = ['function area(radius) {', '  const factor = radius;', '  return factor * radius;', '}', ''];

/** The tiny model, which writes noise, with a vocabulary of which a good part is hidden characters. */
function withHidden(pipeline: Pipeline): Pipeline {
  const { tokenizer } = pipeline;
  const bytesOf = (id: number): Uint8Array => {
    const bytes = tokenizer.bytesOf(id);
    return /[A-Z0-9]/.test(Buffer.from(bytes).toString('latin1')) ? Buffer.from(HIDDEN[id % HIDDEN.length]!) : bytes;
  };
  const wrapped: Tokenizer = {
    vocabularySize: tokenizer.vocabularySize,
    encode: (text) => tokenizer.encode(text),
    bytesOf,
    decode: (ids) => Buffer.concat(ids.map(bytesOf)).toString('utf8'),
    idsStartingWith: (bytes) => tokenizer.idsStartingWith(bytes),
  };
  return { ...pipeline, tokenizer: wrapped };
}

const plain = await tinyPipeline({ stopBelow: 0 });
const pipeline = withHidden(plain);
after(() => plain.model.dispose());

/** The vocabulary also has a family of emoji, which are joined as they should be. */
const hiddenIn = (text: string): string[] => {
  const rest = text.replaceAll('\r\n', '\n').replaceAll('👩‍👩‍👧', '');
  return HIDDEN.filter((each) => rest.includes(each));
};

describe('a model that writes hidden characters all the time', () => {
  test('has many of them', () => {
    const ids = Array.from({ length: pipeline.tokenizer.vocabularySize }, (_, id) => id);
    const hidden = ids.filter((id) => hiddenIn(pipeline.tokenizer.decode([id])).length > 0);
    assert.ok(hidden.length / ids.length > 0.05, `${hidden.length} of ${ids.length}`);
  });

  for (const eol of ['\n', '\r\n'] as const) {
    const text = LINES.join(eol);
    const at = text.indexOf('factor * ');
    const [start, end] = [text.indexOf('  const'), text.indexOf('}')];

    test(`suggests texts without any, ${JSON.stringify(eol)}`, async () => {
      let texts = 0;
      for (let seed = 0; seed < 40; seed++) {
        const context = contextOf(text.slice(0, at), text.slice(at + 18), { eol });
        const options = {
          ...OPTIONS,
          seed,
          temperature: 1.5,
          candidates: 2,
          multiline: 'always' as const,
          trace: false,
        };
        const outcome = await infill({ context, options }, pipeline);
        for (const candidate of outcome.kind === 'infill' ? outcome.candidates : []) {
          texts++;
          assert.deepEqual(hiddenIn(candidate.text), [], JSON.stringify(candidate.text));
          assert.deepEqual(hiddenIn(candidate.tokens.map((token) => token.text).join('')), []);
        }
      }
      assert.ok(texts > 50, `${texts} texts: they are ruled out beforehand, so that few have to be cut or dropped`);
    });

    test(`denoises without any, ${JSON.stringify(eol)}`, async () => {
      let changed = 0;
      for (let seed = 0; seed < 40; seed++) {
        const request = {
          context: contextOf(text.slice(0, start), text.slice(end), { eol }),
          selection: text.slice(start, end),
          pinned: [],
          strength: 1,
          options: { ...OPTIONS, seed, temperature: 1.5, trace: false },
        };
        const outcome = await denoiseSelection(request, pipeline);
        if (outcome.kind !== 'denoised') continue;
        changed += outcome.tokens.filter((token) => token.changed).length;
        assert.deepEqual(hiddenIn(outcome.text), [], JSON.stringify(outcome.text));
      }
      assert.ok(changed > 180, `${changed} tokens: they are ruled out beforehand, so that few runs have to stay`);
    });
  }

  test('may write those that the text has', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const context = contextOf('const a = "\u202E\u001b";\nlet b = ', ';\n');
      const options = { ...OPTIONS, seed, temperature: 1.5, trace: false };
      const outcome = await infill({ context, options }, pipeline);
      if (outcome.kind === 'infill') hiddenIn(outcome.candidates[0]!.text).forEach((each) => seen.add(each));
    }
    assert.ok(seen.size > 0, 'none came again');
    assert.deepEqual(
      [...seen].filter((each) => each !== '\u202E' && each !== '\u001b'),
      [],
    );
  });
});
