import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../../src/engine/engine.js';
import { loadTokenizer } from '../../src/engine/tokenizer/loadTokenizer.js';
import { openQuestions } from '../../src/modelStore/add/openQuestions.js';
import { defaultModelFolder } from '../../src/modelStore/bundledModels.js';
import { convertCheckpoint } from '../../src/modelStore/convert/convertCheckpoint.js';
import { describeModels } from '../../src/modelStore/describeModels.js';
import { openModel } from '../../src/modelStore/installedModel.js';
import { userModelFolder } from '../../src/modelStore/modelNames.js';
import { checkpointPath, CHECKPOINTS, TINY_INT8, TINY_ONE_NETWORK } from '../engine/fixtures.js';
import { placesIn, replaced, type Way } from './jsonPlaces.js';
import { refusalOf } from './refusalOf.js';

/** What no file holds so many of: just past and at the last whole number, what a list could be sized by, and less than nothing. */
const CLAIMS = [2 ** 53, 2 ** 53 - 1, 1e9, 5e7, -1];
const MOST_MS = 10_000;
const MOST_BYTES = 500e6;

void describe('a count that no file can hold', () => {
  let scratch: string;
  let startBytes: number;
  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'infill-counts-'));
    startBytes = process.memoryUsage.rss();
  });
  after(async () => {
    assert.ok(process.memoryUsage.rss() - startBytes < MOST_BYTES, 'memory');
    await rm(scratch, { recursive: true });
  });

  async function copyOf(source: string, name: string): Promise<string> {
    const folder = path.join(scratch, name);
    await rm(folder, { recursive: true, force: true });
    await cp(source, folder, { recursive: true });
    return folder;
  }

  /** Resolves to the error's message, '' where there is none; whatever else is thrown, and slowness, fails. */
  async function refusal(what: string, use: () => Promise<unknown>): Promise<string> {
    const error = await refusalOf(what, use, { codes: ['model-corrupt', 'model-unsupported'], mostMs: MOST_MS });
    return error?.message ?? '';
  }

  /** Claims each of `claims` for each whole number of the JSON file, and expects a refusal that names it. */
  async function claimEach(
    file: string,
    use: () => Promise<unknown>,
    {
      harmless = /^$/,
      only = /./,
      claims = CLAIMS,
    }: { harmless?: RegExp; only?: RegExp; claims?: readonly number[] } = {},
  ): Promise<number> {
    const original = await readFile(file, 'utf8');
    const ways = numbersIn(JSON.parse(original)).filter((way) => only.test(way.join('.')));
    for (const way of ways) {
      const name = way.join('.');
      for (const claim of claims) {
        const what = `${path.basename(file)}, ${name}: ${claim}`;
        await writeFile(file, JSON.stringify(replaced(JSON.parse(original), way, claim)));
        const message = await refusal(what, use);
        if (!harmless.test(name)) {
          assert.ok(
            message.includes(String(way.findLast((step) => typeof step === 'string'))),
            `${what}: "${message}"`,
          );
        }
      }
    }
    await writeFile(file, original);
    return ways.length;
  }

  it('is refused by its name in the manifest of an encoder-denoiser', async () => {
    const folder = await copyOf(TINY_INT8, 'encoder-denoiser');
    const count = await claimEach(path.join(folder, 'manifest.json'), () => openModel(folder, false), {
      harmless: /ropeTheta|normEpsilon|entropyBound|calibration|Prior/,
    });
    assert.ok(count > 20);
  });

  it('is refused by its name in the manifest of one network', async () => {
    const { folder: source } = TINY_ONE_NETWORK.find(({ weights }) => weights === 'adapters')!;
    const folder = await copyOf(source, 'one-network');
    const count = await claimEach(path.join(folder, 'manifest.json'), () => openModel(folder, false), {
      harmless: /ropeTheta|normEpsilon|entropyBound|calibration|Prior/,
    });
    assert.ok(count > 20);
  });

  it('is refused by its name in manifests of all full-sequence networks', async () => {
    for (const checkpoint of CHECKPOINTS) {
      const folder = path.join(scratch, `full-${checkpoint}`);
      await convertCheckpoint({ source: checkpointPath(checkpoint), target: folder, precision: 'int4' }).catch(
        async () => convertCheckpoint({ source: checkpointPath(checkpoint), target: folder, precision: 'int8' }),
      );
      const count = await claimEach(path.join(folder, 'manifest.json'), () => openModel(folder, false), {
        harmless: /ropeTheta|normEpsilon|entropyBound|positionsPerStep|Prior|maxPositions/, // nothing is sized by them
        claims: CLAIMS.slice(0, 3),
      });
      assert.ok(count > 20, checkpoint);
    }
  });

  it('that is only somewhat too large is compared with the tensors', async () => {
    const folder = await copyOf(TINY_INT8, 'somewhat');
    const file = path.join(folder, 'manifest.json');
    const original = await readFile(file, 'utf8');
    for (const [name, claim] of [
      ['encoderLayers', 1000],
      ['hiddenSize', 65_536],
      ['vocabularySize', 1_000_000],
      ['feedForwardSize', 262_144],
      ['headSize', 1024],
    ] as const) {
      await writeFile(file, JSON.stringify(replaced(JSON.parse(original), ['architecture', name], claim)));
      assert.match(await refusal(name, () => openModel(folder, false)), /do not fit the manifest: tensor/);
    }
    await writeFile(file, JSON.stringify(replaced(JSON.parse(original), ['limits', 'prefix'], 8192)));
    const engine = await Engine.load({ modelPath: folder, device: 'cpu', threads: 1 });
    await engine.dispose();
  });

  it('is refused by its name in configurations of all families', async () => {
    for (const checkpoint of CHECKPOINTS) {
      const folder = await copyOf(checkpointPath(checkpoint), `config-${checkpoint}`);
      const target = path.join(scratch, 'converted');
      const use = async (): Promise<void> => {
        await openQuestions(folder, {});
        await rm(target, { recursive: true, force: true });
        await convertCheckpoint({ source: folder, target, precision: 'int8' });
      };
      const count = await claimEach(path.join(folder, 'config.json'), use, {
        // What only says how long training sequences were, a rotary base, and what is not read at all.
        harmless:
          /^(max_|rope|.*theta|.*eps|model\.length|model_length|training|noise|sampling|eval|optim|pad_|bos_|mask_block)/,
        claims: CLAIMS.slice(0, 3),
      });
      assert.ok(count > 3, checkpoint);
    }
  });

  it('is refused by its name in a tokenizer, in the engine and at a conversion', async () => {
    const model = await copyOf(TINY_INT8, 'tokenizer');
    const file = path.join(model, 'tokenizer.json');
    const only = /^model\.vocab\.(?:[!-%]|[a-c]|th)$/u;
    assert.ok((await claimEach(file, () => loadTokenizer(file, 512), { only })) > 4);
    await claimEach(file, () => loadTokenizer(file), { only, claims: CLAIMS });

    const checkpoint = await copyOf(checkpointPath('dream'), 'tokenizer-checkpoint');
    const target = path.join(scratch, 'converted');
    const use = async (): Promise<void> => {
      await openQuestions(checkpoint, {});
      await rm(target, { recursive: true, force: true });
      await convertCheckpoint({ source: checkpoint, target, precision: 'int8' });
    };
    const ids = /^added_tokens\.\d+\.id$|^model\.vocab\.[a-c]$/;
    assert.ok((await claimEach(path.join(checkpoint, 'tokenizer.json'), use, { only: ids })) > 4);
  });

  it('is refused with the name of its tensor in the header of weights', async () => {
    const folder = await copyOf(TINY_INT8, 'header');
    const file = path.join(folder, 'denoiser.safetensors');
    const original = await readFile(file);
    const end = 8 + Number(original.readBigUInt64LE());
    const header: unknown = JSON.parse(original.toString('utf8', 8, end));
    for (const way of numbersIn(header).filter((each) => /mask_in|layers\.1\.qkv/.test(String(each[0])))) {
      for (const claim of CLAIMS) {
        const text = Buffer.from(JSON.stringify(replaced(header, way, claim)));
        const length = Buffer.alloc(8);
        length.writeBigUInt64LE(BigInt(text.length));
        const bytes = Buffer.concat([length, text, original.subarray(end)]);
        await writeFile(file, bytes);
        await writeFile(
          path.join(folder, 'manifest.json'),
          (await readFile(path.join(TINY_INT8, 'manifest.json'), 'utf8')).replace(
            `${original.length}`,
            `${bytes.length}`,
          ),
        );
        const message = await refusal(`${way.join('.')}: ${claim}`, () => openModel(folder, false));
        assert.ok(message.includes('denoiser.') && message.includes(file), `${way.join('.')}: ${claim}: ${message}`);
      }
    }
  });

  it('keeps no other model from being listed, nor does anything else that is wrong with one', async () => {
    const root = path.join(scratch, 'root');
    const data = path.join(scratch, 'data');
    await cp(TINY_INT8, defaultModelFolder(root), { recursive: true });
    await cp(TINY_INT8, userModelFolder(data, 'z-fine'), { recursive: true });
    const manifest = await readFile(path.join(TINY_INT8, 'manifest.json'), 'utf8');
    for (const [name, text] of [
      ['a-layers', JSON.stringify(replaced(JSON.parse(manifest), ['architecture', 'encoderLayers'], 2 ** 53 - 1))],
      ['b-bytes', JSON.stringify(replaced(JSON.parse(manifest), ['tokenizer', 'bytes'], 2 ** 53 - 1))],
      ['c-null', 'null'],
      ['d-nested', '['.repeat(500_000)],
      ['e-names', '{"format":1,"architecture":{"kind":"constructor"}}'],
      ['f-names', '{"__proto__":{"format":1},"constructor":1}'],
    ] as const) {
      await cp(TINY_INT8, userModelFolder(data, name), { recursive: true });
      await writeFile(path.join(userModelFolder(data, name), 'manifest.json'), text);
    }
    await cp(TINY_INT8, userModelFolder(data, 'g-folder'), { recursive: true });
    await rm(path.join(userModelFolder(data, 'g-folder'), 'manifest.json'));
    await mkdir(path.join(userModelFolder(data, 'g-folder'), 'manifest.json'));
    const start = performance.now();
    const listed = await describeModels(root, data);
    assert.ok(performance.now() - start < MOST_MS);
    assert.deepEqual(
      listed.map(({ name, problem }) => [name, problem === '']),
      [
        ['infill-code-135m', true],
        ...['a-layers', 'b-bytes', 'c-null', 'd-nested', 'e-names', 'f-names', 'g-folder'].map((name) => [name, false]),
        ['z-fine', true],
      ],
    );
    for (const { problem } of listed) assert.doesNotMatch(problem, /bug|unexpected error/i);
  });
});

/** Ways to all whole numbers in a JSON value. */
function numbersIn(value: unknown): readonly Way[] {
  return placesIn(value)
    .filter(([, each]) => Number.isInteger(each))
    .map(([way]) => way);
}
