import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../../src/engine/engine.js';
import { seededRandom } from '../../src/engine/diffusion/random.js';
import { loadTokenizer } from '../../src/engine/tokenizer/loadTokenizer.js';
import { openQuestions } from '../../src/modelStore/add/openQuestions.js';
import { estimateMemory } from '../../src/engine/network/folder/estimateMemory.js';
import { convertCheckpoint } from '../../src/modelStore/convert/convertCheckpoint.js';
import { openModel } from '../../src/modelStore/installedModel.js';
import { verifyOnFirstUse } from '../../src/modelStore/verifyOnFirstUse.js';
import { checkpointPath, TINY_INT8 } from '../engine/fixtures.js';
import { placesIn, replaced } from './jsonPlaces.js';
import { refusalOf } from './refusalOf.js';
import { infillRequest } from '../inference/requests.js';

/** Single-byte changes of each file. Each ends within this time, and together they need no more memory than this. */
const CHANGES = 500;
const MOST_MS = 10_000;
const MOST_BYTES = 500e6;
/** Of the changes of weights themselves, which every check but the checksum must let pass, every so many-th is loaded whole. */
const LOADED_WHOLE = 50;

const REQUEST = infillRequest('const total = prices.', ';\n', { temperature: 0, steps: 2, minConfidence: 0 });

void describe(`${CHANGES} single-byte changes of each file`, () => {
  let scratch: string;
  let folder: string;
  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'infill-damaged-'));
    folder = path.join(scratch, 'files');
  });
  after(() => rm(scratch, { recursive: true }));

  /**
   * Tries `use` with each change of each file of `source`; `hidden` = the change is in the data of a safetensors file, or in the index
   * of weights, which nobody reads where all weights are there.
   */
  async function withChanges(
    source: string,
    use: (name: string, change: { readonly index: number; readonly hidden: boolean }) => Promise<void>,
  ): Promise<Map<string, number>> {
    const results = new Map<string, number>();
    await rm(folder, { recursive: true, force: true });
    await cp(source, folder, { recursive: true });
    const before = process.memoryUsage.rss();
    for (const name of await readdir(source)) {
      const original = await readFile(path.join(source, name));
      const described = name.endsWith('.safetensors') ? 8 + Number(original.readBigUInt64LE()) : original.length;
      const random = seededRandom(described);
      for (let index = 0; index < CHANGES; index++) {
        // Half of the changes where they can be understood; half of them of a single bit, which leaves more text well-formed.
        const at = Math.floor(random.uniform() * (index % 2 === 0 ? described : original.length));
        const byte = original[at]!;
        const other = index % 4 < 2 ? byte ^ (1 << (index % 8)) : (byte + 1 + Math.floor(random.uniform() * 255)) % 256;
        const bytes = Buffer.from(original);
        bytes[at] = other;
        await writeFile(path.join(folder, name), bytes);
        const what = `${name}, byte ${at} ${byte} -> ${other}`;
        const result = await outcomeOf(what, () =>
          use(name, { index, hidden: at >= described || name.endsWith('.index.json') }),
        );
        results.set(`${name} ${result}`, (results.get(`${name} ${result}`) ?? 0) + 1);
      }
      await writeFile(path.join(folder, name), original);
    }
    assert.ok(process.memoryUsage.rss() - before < MOST_BYTES, 'memory');
    return results;
  }

  it('of a model folder: nothing is computed with what differs from the checksums', async () => {
    const data = path.join(scratch, 'data');
    const results = await withChanges(TINY_INT8, async () => {
      const { manifest } = await openModel(folder, false);
      await verifyOnFirstUse(folder, manifest, { data });
    });
    for (const name of await readdir(TINY_INT8)) {
      if (name !== 'manifest.json') assert.equal(results.get(`${name} refused`), CHANGES, name);
    }
  });

  it('of a model folder whose checksums were made to fit: loaded and used, or refused by name', async () => {
    const manifest = await readFile(path.join(TINY_INT8, 'manifest.json'), 'utf8');
    const results = await withChanges(TINY_INT8, async (name, { index, hidden }) => {
      if (name !== 'manifest.json') {
        const sums = await fitted(manifest, name, await readFile(path.join(folder, name)));
        await writeFile(path.join(folder, 'manifest.json'), sums);
      }
      const model = await openModel(folder, false);
      assert.ok(Number.isFinite(estimateMemory(model.manifest)));
      const { tokenizer, architecture } = model.manifest;
      await loadTokenizer(path.join(folder, tokenizer.path), architecture.vocabularySize);
      if (hidden && index % LOADED_WHOLE !== 1) return;
      const engine = await Engine.load({ modelPath: folder, device: 'cpu', threads: 1 });
      try {
        await engine.infill(REQUEST);
      } finally {
        await engine.dispose();
      }
    });
    for (const name of await readdir(TINY_INT8)) {
      assert.ok((results.get(`${name} loaded`) ?? 0) > 0 && (results.get(`${name} refused`) ?? 0) > 50, name);
    }
  });

  it('of a checkpoint: converted to a model that can be opened, or refused by name', async () => {
    const target = path.join(scratch, 'model');
    const results = await withChanges(checkpointPath('dream'), async (_, { index, hidden }) => {
      if (hidden && index % LOADED_WHOLE !== 1) return;
      await rm(target, { recursive: true, force: true });
      await convertCheckpoint({ source: folder, target, precision: 'int8' });
      await openModel(target, false);
    });
    for (const name of ['config.json', 'tokenizer.json', 'model-00001-of-00003.safetensors']) {
      assert.ok((results.get(`${name} loaded`) ?? 0) > 0 && (results.get(`${name} refused`) ?? 0) > 50, name);
    }
    assert.deepEqual(
      (await readdir(scratch)).filter((name) => name.includes('partial')),
      [],
    );
  });
});

/** What may stand in the place of any value. */
const OTHERS = [null, true, -1, 1.5, '', 'constructor', [], {}, [[[]]], { __proto__: null, id: {} }];
/** Of long lists and tables so many entries are tried. */
const SOME = 10;

void describe('other values in the place of each value', () => {
  let scratch: string;
  before(async () => (scratch = await mkdtemp(path.join(tmpdir(), 'infill-otherwise-'))));
  after(() => rm(scratch, { recursive: true }));

  /** Tries `use` with the JSON file as it would be with each of the other values in each place, and without the place. */
  async function withOthers(file: string, use: () => Promise<void>): Promise<number> {
    const original = await readFile(file, 'utf8');
    let refused = 0;
    const value: unknown = JSON.parse(original);
    for (const [way] of placesIn(value, SOME)) {
      for (const other of [...OTHERS, undefined]) {
        const what = `${path.basename(file)}, ${way.join('.')}: ${JSON.stringify(other)}`;
        const text = JSON.stringify(replaced(value, way, other)) as string | undefined;
        await writeFile(file, text ?? '');
        if ((await outcomeOf(what, use)) === 'refused') refused++;
      }
    }
    await writeFile(file, original);
    return refused;
  }

  it('of a manifest and a tokenizer: loaded and used, or refused by name', async () => {
    const folder = path.join(scratch, 'files');
    await cp(TINY_INT8, folder, { recursive: true });
    const use = async (): Promise<void> => {
      const { manifest } = await openModel(folder, false);
      const { tokenizer: named, architecture } = manifest;
      const tokenizer = await loadTokenizer(path.join(folder, named.path), architecture.vocabularySize);
      const text = 'the {x}\n\u0007\ud800';
      assert.equal(tokenizer.decode(tokenizer.encode(text)).length, text.length);
    };
    assert.ok((await withOthers(path.join(folder, 'manifest.json'), use)) > 300);
    const parse = async (): Promise<void> => {
      const tokenizer = await loadTokenizer(path.join(folder, 'tokenizer.json'), 512);
      assert.equal(tokenizer.decode(tokenizer.encode('the {x}\n')), 'the {x}\n');
    };
    assert.ok((await withOthers(path.join(folder, 'tokenizer.json'), parse)) > 200);
  });

  it('of a configuration and a tokenizer of a checkpoint: converted, or refused by name', async () => {
    const folder = path.join(scratch, 'checkpoint', 'files');
    await cp(checkpointPath('dream'), folder, { recursive: true });
    const target = path.join(scratch, 'model');
    const use = async (): Promise<void> => {
      await openQuestions(folder, {});
      await rm(target, { recursive: true, force: true });
      await convertCheckpoint({ source: folder, target, precision: 'int8' });
    };
    assert.ok((await withOthers(path.join(folder, 'config.json'), use)) > 50);
    assert.ok((await withOthers(path.join(folder, 'tokenizer.json'), use)) > 100);
  });
});

async function outcomeOf(what: string, use: () => Promise<void>): Promise<'loaded' | 'refused'> {
  const codes = ['model-corrupt', 'model-unsupported', 'model-missing'] as const;
  const error = await refusalOf(what, use, { codes, mostMs: MOST_MS });
  if (error === undefined) return 'loaded';
  assert.match(error.message, /[/\\]files[/\\ ]|config\.json|tokenizer\.json|checkpoint/, what);
  assert.notEqual(error.remedy, '', what);
  return 'refused';
}

/** The manifest's text with the SHA-256 of `bytes` for the file `name`. */
async function fitted(manifest: string, name: string, bytes: Buffer): Promise<string> {
  const value = JSON.parse(manifest) as {
    readonly weights: { readonly files: readonly { path: string; sha256: string }[] };
    readonly tokenizer: { path: string; sha256: string };
  };
  for (const file of [...value.weights.files, value.tokenizer]) {
    if (file.path === name) file.sha256 = createHash('sha256').update(bytes).digest('hex');
  }
  return JSON.stringify(value);
}
