import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { likeliestEnd, shareReaching } from '../../../../src/engine/infill/ending/likeliestEnd.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import { type RankedEnd, rankEnds } from '../../../../src/engine/infill/ending/rankEnds.js';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { loadModel } from '../../../../src/engine/network/loadModel.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import type { InfillModel, ModelEncoder } from '../../../../src/engine/contract/model.js';
import { BUNDLED, TINY_FP32 } from '../../fixtures.js';

const loaded = await loadModel(BUNDLED, { device: 'cpu', threads: 1 });
const tokenizer = await loadTokenizer(loaded.tokenizerPath);
const { model } = loaded;
const recommended = model.manifest.recommended;
after(async () => model.dispose());

const PREFIX =
  'function area(radius) {\n  return Math.PI * radius * radius;\n}\n\nfunction circumference(radius) {\n  return';

async function ends(written: string, suffix: string, healed = ''): Promise<{ text: string; logLikelihood: number }[]> {
  const options = { model, tokenizer, contextIds: tokenizer.encode(PREFIX), ids: tokenizer.encode(written) };
  const ranked = await rankEnds({
    ...options,
    healedBytes: Buffer.from(healed),
    suffix,
    missingPrior: 0,
    characterPrior: 0,
  });
  return ranked.map(({ length, logLikelihood }) => ({
    text: written.slice(healed.length, healed.length + length),
    logLikelihood,
  }));
}

describe('the likelihood of both sides', () => {
  test('is that of text and suffix read together', async () => {
    const tiny = await loadModel(TINY_FP32, { device: 'cpu', threads: 1 });
    const own = await loadTokenizer(tiny.tokenizerPath);
    const contextIds = own.encode(PREFIX.slice(-40));
    const ids = own.encode(' 2 * radius; // length').slice(0, 12);
    const suffix = ';\n}\n\nfunc';
    const healedBytes = new Uint8Array();
    const options = {
      model: tiny.model,
      tokenizer: own,
      contextIds,
      ids,
      healedBytes,
      suffix,
      missingPrior: 0,
      characterPrior: 0,
    };
    const found = await rankEnds(options);
    assert.ok(found.length > 2 && found.every(({ isEstimate }) => !isEstimate));
    for (const { length, logLikelihood } of found) {
      const whole = own.encode(own.decode(ids).slice(0, length) + suffix);
      const scores = await tiny.model.encoder!.scoreTokens(contextIds, whole);
      const expected = scores.reduce((sum, logProb) => sum + logProb, 0);
      assert.ok(Math.abs(logLikelihood - expected) < 1e-3, `${logLikelihood} and ${expected}`);
    }
    await tiny.model.dispose();
  });

  test('finds the end behind which the suffix follows', async () => {
    const [best] = await ends(' 2 * Math.PI * radius;\n}\n\nfunction', ';\n}\n\nfunction volume(radius) {\n');
    assert.equal(best!.text, ' 2 * Math.PI * radius');
  });

  test('is not read where only one end can be the likeliest, and the others stay behind it', async () => {
    let passes = 0;
    const counted = {
      ...model,
      manifest: model.manifest,
      encoder: {
        readTokens: (...asked: Parameters<ModelEncoder['readTokens']>) => model.encoder!.readTokens(...asked),
        scoreContinuations: (...asked: Parameters<ModelEncoder['scoreContinuations']>) => {
          passes++;
          return model.encoder!.scoreContinuations(...asked);
        },
      },
    } as unknown as InfillModel;
    const written = ' 2 * Math.PI * radius';
    const options = { model: counted, tokenizer, contextIds: tokenizer.encode(PREFIX), ids: tokenizer.encode(written) };
    const priors = { missingPrior: 8, characterPrior: 0.4 };
    const rank = async (suffix: string) => rankEnds({ ...options, ...priors, healedBytes: new Uint8Array(), suffix });
    const clear = await rank(';\n}\n');
    assert.equal(passes, 0);
    const [best, ...others] = clear;
    assert.equal(best!.length, written.length);
    const worth = ({ length, logLikelihood }: RankedEnd): number => logLikelihood + (length > 0 ? 8 : 0) + 0.4 * length;
    assert.ok(others.length > 1 && others.every((end) => worth(end) <= worth(best!) - 3));
    // Nothing that was written goes on like this, so the readings alone tell little.
    const unclear = await rank(' zebra quilt');
    assert.equal(passes, 1);
    assert.ok(unclear.some(({ isEstimate }) => !isEstimate));
  });

  test('finds it inside a token', async () => {
    const [best] = await ends(' 2 * Math.PI * radius;', 'dius;\n}\n');
    assert.equal(best!.text, ' 2 * Math.PI * ra');
  });

  test('reads on after several ends, and after a single one, which is compared with nothing, not at all', async () => {
    const encoder = model.encoder!;
    let read = 0;
    const counting: InfillModel = {
      manifest: model.manifest,
      openContext: (...asked) => model.openContext(...asked),
      dispose: () => model.dispose(),
      encoder: {
        scoreTokens: (...asked) => encoder.scoreTokens(...asked),
        readTokens: (...asked) => encoder.readTokens(...asked),
        scoreContinuations: (prefix, ids, continuations) => {
          read += continuations.length;
          return encoder.scoreContinuations(prefix, ids, continuations);
        },
      },
    };
    for (const [written, least, most] of [
      [' return 1;', 2, Infinity],
      [' ret', 0, 0],
    ] as const) {
      read = 0;
      const options = {
        model: counting,
        tokenizer,
        contextIds: tokenizer.encode(PREFIX),
        ids: tokenizer.encode(written),
      };
      const ranked = await rankEnds({
        ...options,
        healedBytes: Buffer.from(' ret'),
        suffix: ';\n}\n',
        characterPrior: 0,
        missingPrior: 0,
      });
      assert.ok(read >= least && read <= most, `${read} were read after${written}`);
      assert.ok(ranked.length >= Math.max(1, read));
    }
  });

  test('leaves out what stands in the prefix already', async () => {
    const found = await ends(' return 1;', ';\n}\n', ' ret');
    assert.ok(found.every(({ text }) => 'urn 1;'.startsWith(text)));
  });
});

describe('the chosen end', () => {
  const canvas = new Canvas(tokenizer.encode(' 2 * Math.PI * radius;\n}\n\nfunction'), {
    mask: model.manifest.tokens.mask,
    endOfMiddle: model.manifest.tokens.endOfMiddle,
    temperature: 0,
    random: seededRandom(0),
  });
  const context = { ids: tokenizer.encode(PREFIX), healed: new Uint8Array(), allowedFirst: undefined };
  const choose = (suffix: string, change: object, mustWrite = false) => {
    const task = { context, suffix, insideLine: !suffix.startsWith('\n'), mustWrite };
    return likeliestEnd(canvas, task, { model, tokenizer }, { ...recommended, ...change });
  };

  test('is nothing where the priors say that nothing is missing', async () => {
    const priors = { rankEnds: true, characterPrior: 0 };
    assert.equal((await choose(';\n}\n', { ...priors, missingPrior: -1000 }))?.length, 0);
    const some = await choose(';\n}\n', { ...priors, missingPrior: 1000 });
    assert.ok(some!.length > 0 && some!.share > 0 && some!.share <= 1);
  });

  test('is not nothing where something is missing', async () => {
    const end = await choose(';\n}\n', { rankEnds: true, missingPrior: -1000 }, true);
    assert.ok(' 2 * Math.PI'.slice(0, end!.length).trim() !== '');
  });

  test('comes with the shares of all ends, of which those that are no nearer reach a length', async () => {
    const end = await choose(';\n}\n', { rankEnds: true, missingPrior: 0, characterPrior: 0 });
    const { compared } = end!;
    assert.deepEqual(compared[0], { length: end!.length, share: end!.share });
    assert.ok(Math.abs(shareReaching(0, compared) - 1) < 1e-12);
    const longest = Math.max(...compared.map(({ length }) => length));
    assert.equal(shareReaching(longest, compared), compared.find(({ length }) => length === longest)!.share);
    assert.equal(shareReaching(longest + 1, compared), 0);
    assert.ok(compared.every(({ share }, i) => i === 0 || share <= compared[i - 1]!.share));
  });

  test('is the longest for a prior on characters that outweighs all', async () => {
    const end = await choose(';\n}\n', { rankEnds: true, missingPrior: 0, characterPrior: 1000 });
    assert.equal(end?.length, ' 2 * Math.PI * radius;\n}\n\nfunction'.length);
  });

  test('is left to the model without a suffix, and where the manifest does not ask', async () => {
    assert.equal(await choose('', { rankEnds: true }), undefined);
    assert.equal(await choose(';\n', { rankEnds: false }), undefined);
  });

  test('is left to the model at a line end, where the manifest says so', async () => {
    const ranks = { rankEnds: true, rankLineEnds: false };
    assert.equal(await choose('\n}\n', ranks), undefined);
    assert.notEqual(await choose('\n}\n', { rankEnds: true }), undefined);
    assert.notEqual(await choose(';\n}\n', ranks), undefined);
  });
});
