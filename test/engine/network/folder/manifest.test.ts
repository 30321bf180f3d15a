import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { InfillError, type ErrorCode } from '../../../../src/shared/infillError.js';
import { TINY_ONE_NETWORK } from '../../fixtures.js';
import { recommendedOptions } from '../../../../src/engine/contract/recommended.js';
import { parseManifest, readManifest } from '../../../../src/engine/network/folder/manifest.js';

const good = JSON.parse(await readFile('test/fixtures/tiny/int8/manifest.json', 'utf8')) as Record<string, unknown>;

function throws(
  change: (manifest: Record<string, never>) => unknown,
  code: ErrorCode,
  message: RegExp,
  of: Record<string, unknown> = good,
): void {
  const copy = structuredClone(of) as Record<string, never>;
  change(copy);
  assert.throws(
    () => parseManifest(JSON.stringify(copy), 'here/manifest.json'),
    (error: unknown) => {
      assert.ok(error instanceof InfillError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.notEqual(error.remedy, '');
      return true;
    },
  );
}

describe('manifest', () => {
  it('accepts the models that are written', async () => {
    for (const folder of ['models/infill-code-135m', 'test/fixtures/tiny/fp32', 'test/fixtures/tiny/int8']) {
      assert.equal((await readManifest(folder)).architecture.kind, 'encoder-denoiser');
    }
    for (const { folder } of TINY_ONE_NETWORK) {
      assert.equal((await readManifest(folder)).architecture.kind, 'one-network');
    }
  });

  it('names the folder that holds no model', async () => {
    await assert.rejects(readManifest('test/fixtures/no-such-model'), {
      name: 'InfillError',
      code: 'model-missing',
      message: /test\/fixtures\/no-such-model/,
    });
  });

  it('tells text that is not JSON, and the file it is in', () => {
    assert.throws(() => parseManifest('{"format": 1', 'here/manifest.json'), {
      code: 'model-corrupt',
      message: /here\/manifest\.json .*not valid JSON/,
    });
  });

  it('refuses another format and another kind as unsupported, not as damage', () => {
    throws((m) => Object.assign(m, { format: 2 }), 'model-unsupported', /format 2/);
    throws((m) => Object.assign(m['architecture']!, { kind: 'transformer' }), 'model-unsupported', /"transformer"/);
    throws(
      (m) => Object.assign(m['architecture']!, { kind: 'x' }),
      'model-unsupported',
      /"encoder-denoiser", "full-sequence" and "one-network"\./,
    );
    throws((m) => delete m['architecture']!['kind'], 'model-corrupt', /architecture\.kind/);
  });

  it('refuses options by steps that are misspelt, out of order or out of range', () => {
    const among = (bySteps: unknown) => (m: Record<string, never>) => Object.assign(m['recommended']!, { bySteps });
    throws(among([{ upTo: 4, entropyBond: 1 }]), 'model-corrupt', /recommended\.bySteps\.0.*entropyBond/);
    throws(among([{ upTo: 4, steps: 2 }]), 'model-corrupt', /recommended\.bySteps\.0.*steps/);
    throws(among([{ upTo: 8 }, { upTo: 4 }]), 'model-corrupt', /recommended\.bySteps: .*ascending/);
    throws(among([{ entropyBound: 1 }]), 'model-corrupt', /recommended\.bySteps\.0\.upTo/);
    throws(among([{ upTo: 4, encoderMix: 2 }]), 'model-corrupt', /recommended\.bySteps\.0\.encoderMix/);
  });

  it('refuses a recommended option of a wrong value by its name, for few steps too', () => {
    const { steps: _, calibration: __, bySteps: ___, ...differing } = recommendedOptions.shape;
    const wrong = { sampler: 1, remask: 1, length: 1 };
    for (const name of Object.keys(differing)) {
      const value = name in wrong ? 1 : 'much';
      throws(
        (m) => Object.assign(m['recommended']!, { [name]: value }),
        'model-corrupt',
        RegExp(`recommended\\.${name}: `),
      );
      const bySteps = [{ upTo: 4, [name]: value }];
      throws((m) => Object.assign(m['recommended']!, { bySteps }), 'model-corrupt', RegExp(`bySteps\\.0.*${name}`));
    }
    const noBounds = new Set(['absorb', 'rankEnds', 'missingPrior', 'characterPrior', ...Object.keys(wrong)]);
    for (const name of Object.keys(differing).filter((each) => !noBounds.has(each))) {
      throws(
        (m) => Object.assign(m['recommended']!, { [name]: -1 }),
        'model-corrupt',
        RegExp(`recommended\\.${name}: `),
      );
    }
    for (const name of ['steps', 'entropyBound', 'absorb', 'encoderMix', 'stopEvidence', 'minConfidence']) {
      throws(
        (m) => Object.assign(m['recommended']!, { [name]: undefined }),
        'model-corrupt',
        RegExp(`recommended\\.${name}: `),
      );
    }
  });

  it('names the field that is wrong', () => {
    throws((m) => delete m['weights'], 'model-corrupt', /weights/);
    throws((m) => Object.assign(m['limits']!, { prefix: '512' }), 'model-corrupt', /limits\.prefix/);
    throws((m) => Object.assign(m['architecture']!, { denoiserLayers: [0, 4] }), 'model-corrupt', /denoiserLayers/);
    throws(
      (m) => Object.assign(m['architecture']!, { attentionHeads: 4, keyValueHeads: 3 }),
      'model-corrupt',
      /attentionHeads/,
    );
    throws((m) => Object.assign(m['tokens']!, { mask: 512 }), 'model-corrupt', /tokens/);
    throws((m) => Object.assign(m['tokens']!, { mask: 0 }), 'model-corrupt', /tokens/);
    throws((m) => Object.assign(m['tokenizer']!, { sha256: 'abc' }), 'model-corrupt', /tokenizer\.sha256/);
  });

  it('refuses files outside of the folder', () => {
    throws((m) => Object.assign(m['tokenizer']!, { path: '../tokenizer.json' }), 'model-corrupt', /tokenizer\.path/);
    throws((m) => Object.assign(m['tokenizer']!, { path: '/etc/passwd' }), 'model-corrupt', /tokenizer\.path/);
  });
});

describe('manifest of a one-network model', () => {
  const own = async (weights: string): Promise<Record<string, unknown>> => {
    const folder = TINY_ONE_NETWORK.find((model) => model.weights === weights)!.folder;
    return JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
  };
  const refuses = (of: Record<string, unknown>, part: string, change: object, message: RegExp): void =>
    throws((m) => Object.assign(m[part]!, change), 'model-corrupt', message, of);

  it('names the field that is wrong', async () => {
    const all = await own('all');
    refuses(all, 'architecture', { trunkPosition: undefined }, /architecture\.trunkPosition/);
    refuses(all, 'architecture', { layers: 0 }, /architecture\.layers/);
    refuses(all, 'architecture', { adapterRank: 0 }, /architecture\.adapterRank/);
    refuses(all, 'architecture', { attentionHeads: 5 }, /attentionHeads: must be a multiple of keyValueHeads/);
    refuses(all, 'weights', { precision: 'int4' }, /weights\.precision/);
  });

  it('has numbers that graphs can hold, as the other kinds', async () => {
    for (const of of [good, await own('all')]) {
      for (const normEpsilon of [0, 1.1, 1e300])
        refuses(of, 'architecture', { normEpsilon }, /architecture\.normEpsilon/);
      for (const ropeTheta of [0, 1e-300, 1e308]) refuses(of, 'architecture', { ropeTheta }, /architecture\.ropeTheta/);
    }
  });

  it('has four different tokens of its vocabulary', async () => {
    const all = await own('all');
    refuses(all, 'tokens', { suffix: undefined }, /tokens\.suffix/);
    refuses(all, 'tokens', { suffix: 512 }, /tokens: names an id outside/);
    for (const suffix of [0, 13, 16]) refuses(all, 'tokens', { suffix }, /tokens: .* must be four different ids/);
  });

  it('has room for the suffix before the trunk', async () => {
    const all = await own('all');
    const { trunkPosition } = all['architecture'] as { trunkPosition: number };
    refuses(all, 'limits', { suffix: trunkPosition }, /limits\.suffix: .*architecture\.trunkPosition/);
    const fits = structuredClone(all) as { limits: { suffix: number } };
    fits.limits.suffix = trunkPosition - 1;
    parseManifest(JSON.stringify(fits), 'here/manifest.json');
  });

  it('has files of adapters where it has adapters, and only there', async () => {
    const message = /weights\.files: .*"adapters".*adapterRank/;
    refuses(await own('all'), 'architecture', { adapterRank: 4 }, message);
    refuses(await own('adapters'), 'architecture', { adapterRank: undefined }, message);
  });
});

describe('manifest of a full-sequence model', () => {
  const architecture = {
    kind: 'full-sequence',
    network: 'transformer',
    hiddenSize: 64,
    layers: 2,
    attentionHeads: 4,
    keyValueHeads: 2,
    headSize: 16,
    feedForwardSize: 96,
    vocabularySize: 300,
    normEpsilon: 1e-5,
    ropeTheta: 10000,
    maxPositions: 64,
    attentionBias: false,
    queryKeyNorm: false,
    tiedEmbeddings: true,
    shift: false,
    timeInput: 'none',
    parameterization: 'clean',
    graph: 'absorbing',
    scaleBySigma: false,
  };
  const full = {
    ...good,
    architecture,
    tokens: { start: null, mask: 299, endOfMiddle: null },
    limits: { prefix: 32, suffix: 16, canvas: 16 },
    weights: {
      precision: 'int4',
      files: [{ path: 'a.safetensors', bytes: 1, sha256: 'a'.repeat(64), part: 'network' }],
    },
  };
  const parse = (change: object): unknown =>
    parseManifest(JSON.stringify({ ...full, ...change }), 'here/manifest.json');
  const refused = (message: RegExp): object => ({ name: 'InfillError', code: 'model-corrupt', message });

  it('is accepted, and only there are other kinds of files', () => {
    const parsed = parse({});
    assert.deepEqual((parsed as typeof full).tokens, { ...full.tokens, end: null });
    assert.throws(() => parse({ architecture: good['architecture'], tokens: good['tokens'] }), refused(/weights/));
  });

  it('names the field that is wrong', () => {
    assert.throws(() => parse({ tokens: { ...full.tokens, mask: 300 } }), refused(/tokens/));
    assert.throws(() => parse({ tokens: { ...full.tokens, start: 299 } }), refused(/mask/));
    assert.throws(() => parse({ tokens: { ...full.tokens, mask: null } }), refused(/tokens\.mask/));
    assert.throws(() => parse({ limits: { prefix: 33, suffix: 16, canvas: 16 } }), refused(/maxPositions/));
    const among = (change: object): object => ({ architecture: { ...architecture, ...change } });
    assert.throws(() => parse(among({ network: 'gpt2', maxPositions: undefined })), refused(/network/));
    assert.throws(() => parse(among({ ropeTheta: undefined })), refused(/network/));
    assert.throws(() => parse(among({ timeInput: 'sigma' })), refused(/timeInput/));
    assert.throws(() => parse(among({ keyValueHeads: 3 })), refused(/attentionHeads/));
  });
});
