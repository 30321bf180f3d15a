import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import type { Conversion } from '../../../src/modelStore/convert/checkpoint/conversion.js';
import { checkpointPath } from '../../engine/fixtures.js';
import { type Checkpoint, withFolder } from '../../engine/network/checkpoints.js';
import { readTensors, type Tensor, writeTensors } from './tensorFiles.js';

const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

/** Folders as people have them: copies of checkpoints with things left over, lost and mixed up. */
async function withCheckpoint(
  name: Checkpoint,
  use: (
    source: string,
    convert: (precision?: 'fp32' | 'int8') => Promise<Conversion & { bytes: Buffer }>,
  ) => Promise<void>,
): Promise<void> {
  await withFolder(async (parent) => {
    const source = path.join(parent, name);
    await cp(checkpointPath(name), source, { recursive: true });
    await mkdir(path.join(parent, 'models'));
    let count = 0;
    await use(source, async (precision = 'fp32') => {
      const target = path.join(parent, 'models', `m${count++}`);
      const conversion = await convertCheckpoint({ source, target, precision, answers: { name } });
      const bytes = await readFile(path.join(target, conversion.manifest.weights.files[0]?.path ?? ''));
      return { ...conversion, bytes };
    });
  });
}

const others = (tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
  new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, data: Buffer.alloc(tensor.data.length, 0x3c) }]));

void describe('a folder with the weights of two checkpoints', () => {
  it('is read as its index says, and what is left over is named', async () => {
    await withCheckpoint('dream', async (source, convert) => {
      const alone = await convert();
      assert.deepEqual(alone.notes, []);
      const shards = [1, 2, 3].map((n) => path.join(source, `model-0000${n}-of-00003.safetensors`));
      const all = new Map((await Promise.all(shards.map(readTensors))).flatMap((each) => [...each]));
      for (let n = 1; n <= 4; n++) {
        const part = new Map([...others(all)].filter((_, i) => i % 4 === n - 1));
        await writeTensors(path.join(source, `model-0000${n}-of-00004.safetensors`), part);
      }
      const beside = await convert();
      assert.deepEqual(beside.bytes, alone.bytes);
      assert.match(beside.notes.join(), /^Not used: model-00001-of-00004\.safetensors, .*does not name them\.$/);

      await writeTensors(path.join(source, WEIGHTS), others(all));
      const three = await convert();
      assert.deepEqual(three.bytes, alone.bytes);
      assert.match(three.notes.join(), /, model\.safetensors: .*does not name them\.$/);

      await rm(path.join(source, INDEX));
      await assert.rejects(convert(), {
        code: 'model-unsupported',
        message: /several checkpoints .*of-00003.*of-00004/,
      });
    });
  });

  it('is read without what is no part of the network', async () => {
    await withCheckpoint('llada', async (source, convert) => {
      const alone = await convert();
      const all = await readTensors(path.join(source, WEIGHTS));
      const strays = ['adapter_model.safetensors', 'consolidated.safetensors', 'optimizer.safetensors'];
      for (const name of strays) await writeTensors(path.join(source, name), others(all));
      await writeFile(path.join(source, 'optimizer.pt'), 'x');
      const beside = await convert();
      assert.deepEqual(beside.bytes, alone.bytes);
      for (const name of strays) assert.match(beside.notes.join(), new RegExp(name.replace('.', '\\.')));
    });
  });
});

void describe('an index', () => {
  it('names the file that is missing', async () => {
    await withCheckpoint('dream', async (source, convert) => {
      await rm(path.join(source, 'model-00002-of-00003.safetensors'));
      await assert.rejects(convert(), {
        code: 'model-missing',
        message: /There is no model-00002-of-00003\.safetensors in .*, which model\.safetensors\.index\.json names/,
      });
      await rm(path.join(source, INDEX));
      await assert.rejects(convert(), { code: 'model-missing', message: /no model-00002-of-00003\.safetensors/ });
    });
  });

  it('of another checkpoint is refused, with a tensor that tells', async () => {
    await withCheckpoint('dream', async (source, convert) => {
      const file = path.join(source, INDEX);
      const index = JSON.parse(await readFile(file, 'utf8')) as {
        metadata?: object;
        weight_map: Record<string, string>;
      };
      const name = 'model.layers.0.mlp.up_proj.weight';
      const write = (weight_map: Record<string, string>, metadata: object = {}): Promise<void> =>
        writeFile(file, JSON.stringify({ metadata, weight_map }));
      await write({ ...index.weight_map, 'model.layers.9.mlp.up_proj.weight': 'model-00001-of-00003.safetensors' });
      const belongs = {
        code: 'model-unsupported',
        message: /index\.json is not that of its weight files: .*layers\.9/,
      };
      await assert.rejects(convert(), belongs);
      const { [name]: place, ...rest } = index.weight_map;
      await write(rest);
      await assert.rejects(convert(), {
        code: 'model-unsupported',
        message: new RegExp(`${place ?? ''} has a tensor ${name}, which it does not name`),
      });
      await write(index.weight_map, { total_size: 7 });
      const { notes } = await convert();
      assert.match(
        notes.join(),
        /states 7 bytes of weights, the files have \d+: it may be the index of another version/,
      );
      for (const metadata of [null, { total_size: '7' }, { total_size: -1 }]) {
        await writeFile(file, JSON.stringify({ metadata, weight_map: index.weight_map }));
        assert.deepEqual((await convert()).notes, [], JSON.stringify(metadata));
      }
      await write(Object.fromEntries(Object.keys(index.weight_map).map((each) => [each, 'shards/model.safetensors'])));
      await assert.rejects(convert(), { message: /the file shards\/model\.safetensors that it names is no \*\.saf/ });
      await writeFile(file, '{"weight_map": {}}');
      await assert.rejects(convert(), {
        code: 'model-corrupt',
        message: /index\.json is damaged: weight_map: names no weight files/,
      });
    });
  });
});

void describe('an index of a network whose head is its embedding', () => {
  it('may name the shared tensor under either name or both, and count it once or twice', async () => {
    await withCheckpoint('a2d-qwen3', async (source, convert) => {
      const file = path.join(source, WEIGHTS);
      const tensors = await readTensors(file);
      const shared = tensors.get(EMBEDDING);
      assert.ok(shared !== undefined);
      const alone = await convert();
      const once = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
      const names = [...tensors.keys()];
      for (const [there, named, total_size] of [
        [tensors, [...names, HEAD], once],
        [tensors, [...names, HEAD], once + shared.data.length],
        [new Map([...tensors, [HEAD, shared]]), names, once],
        [tensors, [...names, 'model.layers.0.self_attn.rotary_emb.inv_freq'], once],
      ] as const) {
        await writeTensors(file, there);
        const weight_map = Object.fromEntries(named.map((name) => [name, WEIGHTS]));
        await writeFile(path.join(source, INDEX), JSON.stringify({ metadata: { total_size }, weight_map }));
        const { bytes, notes } = await convert();
        assert.deepEqual([bytes, notes], [alone.bytes, []]);
      }
    });
  });
});

void describe('a file that is not what it is called', () => {
  const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 4976698672\n`;

  for (const name of [WEIGHTS, 'tokenizer.json', 'config.json']) {
    it(`but a pointer to it that git left is told with what to do (${name})`, async () => {
      await withCheckpoint('llada', async (source, convert) => {
        await writeFile(path.join(source, name), POINTER);
        await assert.rejects(convert(), {
          code: 'model-missing',
          message: new RegExp(`${name.replace('.', '\\.')} is only a pointer that git left`),
          remedy: /git lfs pull/,
        });
      });
    });
  }

  it('does not matter where no conversion needs it', async () => {
    await withCheckpoint('llada', async (source, convert) => {
      const { bytes } = await convert();
      const card = path.join(source, 'README.md');
      await writeFile(card, 'x'.repeat(5e6));
      assert.deepEqual((await convert()).bytes, bytes);
      await rm(card);
      await mkdir(card);
      assert.deepEqual((await convert()).bytes, bytes);
    });
  });
});

void describe('weights that were trained with bitsandbytes', () => {
  it('are taken where they are in floating point, which is said', async () => {
    await withCheckpoint('llada', async (source, convert) => {
      const { bytes } = await convert();
      const config = path.join(source, 'config.json');
      const text = await readFile(config, 'utf8');
      const left = '"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": true}';
      await writeFile(config, text.replace('{', `{${left},`));
      const conversion = await convert();
      assert.deepEqual(conversion.bytes, bytes);
      assert.match(conversion.notes.join(), /quantized by bitsandbytes, which they are not/);
      const all = await readTensors(path.join(source, WEIGHTS));
      const state = { dtype: 'F32', shape: [1], data: Buffer.alloc(4) };
      await writeTensors(path.join(source, WEIGHTS), new Map([...all, ['a.weight.absmax', state]]));
      await assert.rejects(convert(), { code: 'model-unsupported', message: /quantized already \(bitsandbytes; a\./ });
    });
  });
});

void describe('tensors of a training run', () => {
  for (const [what, message, renamed] of [
    ['torch.compile', /tensors begin with "_orig_mod\."/, (name: string) => `_orig_mod.${name}`],
    ['parallel training', /tensors begin with "module\."/, (name: string) => `module.${name}`],
    ['an adapter', /not merged into its model \(m\.lora_A\.default\.weight\)/, (name: string) => `base_model.${name}`],
  ] as const) {
    it(`are refused as what they are: ${what}`, async () => {
      await withCheckpoint('a2d-qwen3', async (source, convert) => {
        const file = path.join(source, WEIGHTS);
        const tensors = new Map([...(await readTensors(file))].map(([name, tensor]) => [renamed(name), tensor]));
        if (what === 'an adapter')
          tensors.set('m.lora_A.default.weight', { dtype: 'F32', shape: [1], data: Buffer.alloc(4) });
        await writeTensors(file, tensors);
        await assert.rejects(convert(), { code: 'model-unsupported', message });
      });
    });
  }
});

void describe('weights that are no finite numbers', () => {
  const NOT_A_NUMBER = 0x7fc0;
  const INFINITY = 0xff80; // the negative one

  for (const precision of ['fp32', 'int8'] as const) {
    for (const name of [EMBEDDING, 'model.norm.weight', 'model.layers.1.mlp.down_proj.weight']) {
      it(`are refused by the name of their tensor (${name}, ${precision})`, async () => {
        for (const value of [NOT_A_NUMBER, INFINITY]) {
          await withCheckpoint('a2d-qwen3', async (source, convert) => {
            const file = path.join(source, WEIGHTS);
            const tensors = await readTensors(file);
            const tensor = tensors.get(name);
            assert.equal(tensor?.dtype, 'BF16');
            tensor.data.writeUInt16LE(value, tensor.data.length - 2);
            await writeTensors(file, tensors);
            await assert.rejects(convert(precision), {
              code: 'model-corrupt',
              message: `The checkpoint's tensor ${name} has weights that are infinite or not a number.`,
            });
          });
        }
      });
    }
  }

  it('are refused where a network without time is computed from them', async () => {
    await withCheckpoint('mdlm', async (source, convert) => {
      const file = path.join(source, WEIGHTS);
      const tensors = await readTensors(file);
      const [name = '', tensor] = [...tensors].find(([each]) => each.endsWith('sigma_map.mlp.0.bias')) ?? [];
      assert.equal(tensor?.dtype, 'F16', name);
      tensor.data.writeUInt16LE(0x7e00, 0);
      await writeTensors(file, tensors);
      await assert.rejects(convert(), { code: 'model-corrupt', message: /infinite or not a number/ });
    });
  });
});

void describe('a folder without weights', () => {
  it('is told with where they are', async () => {
    await withCheckpoint('llada', async (source, convert) => {
      await mkdir(path.join(source, 'checkpoint-1000'));
      await cp(path.join(source, WEIGHTS), path.join(source, 'checkpoint-1000', WEIGHTS));
      await rm(path.join(source, WEIGHTS));
      await assert.rejects(convert(), {
        code: 'model-unsupported',
        message: /only in a folder of it \(checkpoint-1000\/model\.safetensors\)/,
      });
      await mkdir(path.join(source, 'snapshots'));
      await rename(path.join(source, 'checkpoint-1000'), path.join(source, 'snapshots', '0a1b'));
      await assert.rejects(convert(), { message: /only in a folder of it \(snapshots\/0a1b\/model\.safetensors\)/ });
    });
  });
});

void describe('a head that is the embedding', () => {
  it('is found under either name, and by the note of the program that left one of them out', async () => {
    await withCheckpoint('a2d-qwen3', async (source, convert) => {
      const file = path.join(source, WEIGHTS);
      const tensors = await readTensors(file);
      const shared = tensors.get(EMBEDDING);
      assert.ok(shared !== undefined && !tensors.has(HEAD), 'the fixture is tied');
      const usual = await convert();
      const without = new Map([...tensors].filter(([name]) => name !== EMBEDDING));
      for (const [names, metadata] of [
        [[HEAD], undefined],
        [[HEAD], { [EMBEDDING]: HEAD, format: 'pt' }],
        [['a.name.of.its.own'], { [EMBEDDING]: 'a.name.of.its.own' }],
        [[EMBEDDING, HEAD], undefined],
        [[EMBEDDING], { [HEAD]: EMBEDDING }],
      ] as const) {
        await writeTensors(file, new Map([...without, ...names.map((name) => [name, shared] as const)]), metadata);
        const { bytes, notes, manifest } = await convert();
        assert.deepEqual([notes, manifest.architecture.tiedEmbeddings], [[], true], names.join());
        assert.deepEqual(bytes, usual.bytes, names.join());
      }
    });
  });

  for (const name of ['a2d-qwen3', 'open-dcoder'] as const) {
    it(`only says so in config.json: the head of the file is used, and that is said (${name})`, async () => {
      await withCheckpoint(name, async (source, convert) => {
        const file = path.join(source, WEIGHTS);
        const tensors = await readTensors(file);
        const shared = tensors.get(EMBEDDING);
        assert.ok(shared !== undefined);
        const other = { ...shared, data: Buffer.from(shared.data) };
        other.data[other.data.length - 1] = (other.data.at(-1) ?? 0) ^ 0x10;
        await writeTensors(file, new Map([...tensors, [HEAD, other]]));
        const { manifest, notes } = await convert();
        assert.equal(manifest.architecture.tiedEmbeddings, false);
        assert.match(
          notes.join(),
          /lm_head\.weight and model\.embed_tokens\.weight differ: the head of the file is used/,
        );
        // The same as of a configuration that does not say so.
        const config = path.join(source, 'config.json');
        const text = await readFile(config, 'utf8');
        await writeFile(config, text.replace(/("tie_word_embeddings":\s*)true/, '$1false'));
        const honest = await convert();
        assert.deepEqual(honest.notes, []);
        assert.deepEqual(honest.bytes, (await convert()).bytes);
        assert.deepEqual(honest.manifest.weights, manifest.weights);
      });
    });
  }

  it('is the same in another type of numbers', async () => {
    await withCheckpoint('a2d-qwen3', async (source, convert) => {
      const file = path.join(source, WEIGHTS);
      const tensors = await readTensors(file);
      const shared = tensors.get(EMBEDDING);
      assert.equal(shared?.dtype, 'BF16');
      const alone = await convert();
      const wide = Buffer.alloc(2 * shared.data.length);
      for (let i = 0; i < shared.data.length; i += 2) wide.writeUInt16LE(shared.data.readUInt16LE(i), 2 * i + 2);
      const head = { ...shared, dtype: 'F32', data: wide };
      await writeTensors(file, new Map([...tensors, [HEAD, head]]));
      const both = await convert();
      assert.deepEqual([both.bytes, both.notes], [alone.bytes, []]);
      wide.writeUInt16LE(1, wide.length - 4);
      await writeTensors(file, new Map([...tensors, [HEAD, head]]));
      assert.match((await convert()).notes.join(), /differ: the head of the file is used/);
    });
  });

  it('is taken where nothing is said and no other is there, and refused where one is said to be', async () => {
    await withCheckpoint('a2d-qwen3', async (source, convert) => {
      const config = path.join(source, 'config.json');
      const text = await readFile(config, 'utf8');
      const usual = await convert();
      await writeFile(config, text.replace(/"tie_word_embeddings":\s*true,/, ''));
      const silent = await convert();
      assert.deepEqual(silent.bytes, usual.bytes);
      assert.match(silent.notes.join(), /no lm_head\.weight: the embedding is used as the head/);
      await writeFile(config, text.replace(/("tie_word_embeddings":\s*)true/, '$1null'));
      assert.deepEqual((await convert()).bytes, usual.bytes);
      const weights = path.join(source, WEIGHTS);
      const tensors = await readTensors(weights);
      await writeTensors(
        weights,
        new Map([...tensors].map(([name, each]) => [name === EMBEDDING ? HEAD : name, each])),
      );
      const headOnly = await convert();
      assert.deepEqual(headOnly.bytes, usual.bytes);
      assert.match(headOnly.notes.join(), /no model\.embed_tokens\.weight: the head is used as the embedding/);
      await writeTensors(weights, tensors);
      await writeFile(config, text.replace(/("tie_word_embeddings":\s*)true/, '$1false'));
      await assert.rejects(convert(), { code: 'model-unsupported', message: /lacks the tensor lm_head\.weight/ });
    });
  });

  it('is refused for GPT-2 where the file has another, which that network cannot have', async () => {
    await withCheckpoint('diffugpt', async (source, convert) => {
      const file = path.join(source, WEIGHTS);
      const tensors = await readTensors(file);
      const embedding = [...tensors.keys()].find((name) => /embed_tokens|wte/.test(name)) ?? '';
      const shared = tensors.get(embedding);
      assert.ok(shared !== undefined);
      await writeTensors(file, new Map([...tensors, [HEAD, shared]]));
      await convert();
      await writeTensors(file, new Map([...tensors, [HEAD, { ...shared, data: Buffer.alloc(shared.data.length, 1) }]]));
      await assert.rejects(convert(), { code: 'model-unsupported', message: /lm_head\.weight is not its/ });
    });
  });
});
