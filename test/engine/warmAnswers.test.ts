import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { denoiseSelection } from '../../src/engine/infill/denoiseSelection.js';
import type { Pipeline } from '../../src/engine/infill/run/pipeline.js';
import { infill } from '../../src/engine/infill/infill.js';
import { EncoderDenoiser } from '../../src/engine/network/encoderDenoiser/encoderDenoiser.js';
import { loadParts } from '../../src/engine/network/encoderDenoiser/loadParts.js';
import { type ModelParts } from '../../src/engine/network/encoderDenoiser/parts.js';
import { readManifest } from '../../src/engine/network/folder/manifest.js';
import { asEncoderDenoiser } from './network/asKind.js';
import { recommendedAt } from '../../src/engine/contract/recommended.js';
import { loadTokenizer } from '../../src/engine/tokenizer/loadTokenizer.js';
import type { DenoiseOutcome, InfillOutcome } from '../../src/shared/outcome.js';
import { BUNDLED, tokenizerPath } from './fixtures.js';
import { type TypedRequest, typedSession } from './typedSession.js';

/** Long enough for answers to differ where they can: without fixed blocks about two in three do, in some bit. */
const KEYS = 4;
const TEXTS = [
  { file: 'examples/prices.ts', at: 'for (const item', languageId: 'typescript' },
  { file: 'examples/temperatures.py', at: 'return celsius', languageId: 'python' },
];

describe('the bundled model, warm', () => {
  let parts: ModelParts;
  let warm: Pipeline;
  before(async () => {
    const manifest = asEncoderDenoiser(await readManifest(BUNDLED));
    parts = await loadParts(BUNDLED, manifest, { device: 'cpu', threads: 1 });
    const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
    const recommended = recommendedAt(manifest.recommended, 8);
    warm = { model: new EncoderDenoiser(parts), tokenizer, recommended };
  });
  after(() => parts.dispose());

  /** The same sessions, with nothing read yet. */
  const cold = (): Pipeline => ({ ...warm, model: new EncoderDenoiser(parts) });
  const sessionIn = ({ file, at, languageId }: (typeof TEXTS)[number]): TypedRequest[] => {
    const text = readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8').replaceAll('\r\n', '\n');
    const start = text.indexOf(at);
    return [...typedSession({ text, start, end: start + KEYS, languageId, pause: 2 })];
  };

  for (const text of TEXTS) {
    it(`answers in ${text.file} key by key as from a cold start, to the last bit`, async () => {
      for (const [index, { act, request }] of sessionIn(text).entries()) {
        const answers = [await infill(request, warm), await infill(request, cold())].map(answerOf);
        assert.deepEqual(answers[0], answers[1], `request ${index}, ${act}`);
      }
    });
  }

  it('denoises a selection, and writes several candidates, as from a cold start', async () => {
    const { request } = sessionIn(TEXTS[0]!).at(-1)!;
    const several = { ...request, options: { ...request.options, candidates: 2 } };
    const answers = [await infill(several, warm), await infill(several, cold())].map(answerOf);
    assert.deepEqual(answers[0], answers[1]);
    const { prefix, suffix } = request.context;
    const [selection] = /^[^\n]*\n[^\n]*\n/u.exec(suffix.slice(suffix.indexOf('return')))!;
    const start = prefix + suffix.slice(0, suffix.indexOf(selection));
    const rest = suffix.slice(suffix.indexOf(selection) + selection.length);
    const chosen = {
      ...request,
      context: { ...request.context, prefix: start, suffix: rest },
      selection,
      pinned: [],
      strength: 0.5,
    };
    const texts = [await denoiseSelection(chosen, warm), await denoiseSelection(chosen, cold())].map(answerOf);
    assert.deepEqual(texts[0], texts[1]);
  });
});

/** All of an outcome but how it came about. */
function answerOf({ report: _, ...answer }: InfillOutcome | DenoiseOutcome): unknown {
  return answer;
}
