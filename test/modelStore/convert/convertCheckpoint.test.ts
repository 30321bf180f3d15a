import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { verifyModel } from '../../../src/engine/network/folder/verifyModel.js';
import { loadTokenizer } from '../../../src/engine/tokenizer/loadTokenizer.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import type { ConversionProgress } from '../../../src/modelStore/convert/checkpoint/conversion.js';
import { checkpointPath } from '../../engine/fixtures.js';
import { withFolder, type Checkpoint } from '../../engine/network/checkpoints.js';

/** Copies a checkpoint, changes it, and hands over its folder and a place for the model. */
async function withCheckpoint(
  name: Checkpoint,
  use: (source: string, target: string, parent: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (parent) => {
    const source = path.join(parent, name);
    await cp(checkpointPath(name), source, { recursive: true });
    await mkdir(path.join(parent, 'models'));
    await use(source, path.join(parent, 'models', 'converted'), path.join(parent, 'models'));
  });
}

describe('convertCheckpoint', () => {
  it('makes a model folder whose files fit its manifest, and says how far it is', async () => {
    await withCheckpoint('dream', async (source, target, parent) => {
      const steps: ConversionProgress[] = [];
      const options = {
        source,
        target,
        precision: 'int8',
        onProgress: (step: ConversionProgress) => steps.push(step),
      } as const;
      await writeFile(path.join(source, 'README.md'), '---\nlanguage: en\nlicense: apache-2.0\n---\n# Dream\n');
      const { manifest, notes } = await convertCheckpoint(options);
      assert.deepEqual(notes, []);
      assert.deepEqual(await verifyModel(target), manifest);
      assert.deepEqual(await readdir(parent), ['converted'], 'nothing else is left');
      assert.equal(manifest.license, 'apache-2.0');
      assert.equal(manifest.displayName, 'dream');
      assert.ok(steps.length > 10);
      const last = steps.at(-1)!;
      assert.equal(last.doneBytes, last.totalBytes);
      assert.equal(
        await readFile(path.join(target, 'tokenizer.json'), 'utf8'),
        await readFile(path.join(source, 'tokenizer.json'), 'utf8'),
      );
    });
  });

  it('says how many ids the tokenizer does not have', async () => {
    await withCheckpoint('dqwen3', async (source, target) => {
      const several = /^The network has 3 ids that the tokenizer does not have; they are never chosen\.$/;
      const { notes } = await convertCheckpoint({ source, target, precision: 'int8' });
      assert.equal(notes.filter((note) => several.test(note)).length, 1, notes.join(' '));
    });
    await withCheckpoint('sedd-uniform', async (source, target) => {
      const file = path.join(source, 'tokenizer.json');
      const tokenizer = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...tokenizer, added_tokens: [] }));
      const one = /^The network has an id that the tokenizer does not have; it is never chosen\.$/;
      const { notes } = await convertCheckpoint({ source, target, precision: 'int8' });
      assert.equal(notes.filter((note) => one.test(note)).length, 1, notes.join(' '));
    });
  });

  it('a cancelled conversion leaves nothing behind', async () => {
    await withCheckpoint('llada', async (source, target, parent) => {
      const controller = new AbortController();
      let steps = 0;
      const onProgress = (): void => {
        if (++steps === 3) controller.abort();
      };
      const { signal } = controller;
      await assert.rejects(convertCheckpoint({ source, target, precision: 'int8', onProgress, signal }), {
        name: 'InfillError',
        code: 'cancelled',
      });
      assert.equal(steps, 3);
      assert.deepEqual(await readdir(parent), []);
    });
  });

  it('never writes over a folder', async () => {
    await withCheckpoint('llada', async (source, target) => {
      await mkdir(target);
      await writeFile(path.join(target, 'kept'), 'x');
      await assert.rejects(convertCheckpoint({ source, target, precision: 'int8' }), { code: 'invalid-request' });
      assert.deepEqual(await readdir(target), ['kept']);
    });
  });

  const weights = 'model.safetensors';
  const damages: [name: string, code: string, says: RegExp, change: (source: string) => Promise<void>][] = [
    ['no config', 'model-missing', /config\.json/, async (source) => rm(path.join(source, 'config.json'))],
    ['no tokenizer', 'model-missing', /tokenizer\.json/, async (source) => rm(path.join(source, 'tokenizer.json'))],
    ['no weights', 'model-missing', /safetensors/, async (source) => rm(path.join(source, weights))],
    [
      'pickled weights',
      'model-unsupported',
      /pickled/,
      async (source) => {
        await rm(path.join(source, weights));
        await writeFile(path.join(source, 'pytorch_model.bin'), 'x');
      },
    ],
    [
      'weights cut off',
      'model-corrupt',
      /damaged/,
      async (source) => {
        const file = path.join(source, weights);
        await writeFile(file, (await readFile(file)).subarray(0, -1000));
      },
    ],
    [
      'a layer more than there is',
      'model-unsupported',
      /lacks the tensor .*blocks\.2/,
      change('"n_layers": 2', '"n_layers": 3'),
    ],
    [
      'a layer less than there is',
      'model-unsupported',
      /not known .*blocks\.1/,
      change('"n_layers": 2', '"n_layers": 1'),
    ],
    ['other widths', 'model-corrupt', /shape .*does not fit/, change('"mlp_hidden_size": 96', '"mlp_hidden_size": 64')],
    [
      'another tokenizer',
      'model-unsupported',
      /tokenizer/,
      async (source) => {
        const file = path.join(source, 'tokenizer.json');
        await writeFile(file, (await readFile(file, 'utf8')).replace('"BPE"', '"Unigram"'));
      },
    ],
  ];
  for (const [name, code, says, damage] of damages) {
    it(`names what is wrong, and leaves nothing behind: ${name}`, async () => {
      await withCheckpoint('llada', async (source, target, parent) => {
        await damage(source);
        await assert.rejects(convertCheckpoint({ source, target, precision: 'int8' }), { code, message: says });
        assert.deepEqual(await readdir(parent), []);
      });
    });
  }

  it('reads plain files of the folder only', { skip: process.platform === 'win32' }, async () => {
    const names = ['config.json', 'tokenizer.json', weights];
    for (const name of names) {
      for (const make of [
        (file: string) => symlink('/etc/hostname', file),
        (file: string) => symlink('/dev/zero', file),
        (file: string) => Promise.resolve(execFileSync('mkfifo', [file])),
        (file: string) => mkdir(file),
      ]) {
        await withCheckpoint('llada', async (source, target, parent) => {
          await rm(path.join(source, name), { force: true });
          await make(path.join(source, name));
          const says = new RegExp(`${name.replace('.', '\\.')} is (no plain file|a link that leads out)`);
          const converting = convertCheckpoint({ source, target, precision: 'int8' });
          await assert.rejects(converting, { code: 'model-corrupt', message: says });
          assert.deepEqual(await readdir(parent), []);
        });
      }
    }
  });

  it(
    'does without a card that is no plain file of the folder, and never opens it',
    {
      skip: process.platform === 'win32',
    },
    async () => {
      for (const make of [
        (file: string) => symlink('/dev/zero', file),
        (file: string) => Promise.resolve(execFileSync('mkfifo', [file])),
        (file: string) => mkdir(file),
      ]) {
        await withCheckpoint('llada', async (source, target) => {
          await make(path.join(source, 'README.md'));
          const { manifest } = await convertCheckpoint({ source, target, precision: 'int8' });
          assert.equal(manifest.license, 'unknown');
        });
      }
    },
  );

  it('says which types of elements it does not read, instead of calling them damage', async () => {
    for (const [type, perHalf] of [
      ['F8_E4M3', 2],
      ['F8_E5M2', 2],
      ['F8_E8M0', 2],
      ['F8_E4M3FNUZ', 2],
      ['F4', 4],
      ['C64', 0.25],
      ['I32', 0.5],
    ] as const) {
      await withCheckpoint('mdlm', async (source, target) => {
        const file = path.join(source, 'model.safetensors');
        const bytes = await readFile(file);
        const end = 8 + Number(bytes.readBigUInt64LE());
        const text = bytes.toString('utf8', 8, end).replace(/("dtype":")F16(","shape":\[)(\d+)(\])/, (...found) => {
          const [, before, between, size, after] = found as string[];
          return `${before}${type}${between}${Number(size) * perHalf}${after}`;
        });
        const header = Buffer.alloc(8);
        header.writeBigUInt64LE(BigInt(text.length));
        await writeFile(file, Buffer.concat([header, Buffer.from(text), bytes.subarray(end)]));
        await assert.rejects(convertCheckpoint({ source, target, precision: 'int8' }), {
          code: 'model-unsupported',
          message: new RegExp(`model\\.safetensors has (?:elements of type ${type},|the type ${type}\\))`),
          remedy: /bfloat16/,
        });
      });
    }
  });

  it('says which answer it needs', async () => {
    await withCheckpoint('diffugpt', async (source, target) => {
      const file = path.join(source, 'tokenizer.json');
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll('[MASK]', '[OTHER]'));
      const options = { source, target, precision: 'fp32' } as const;
      await assert.rejects(convertCheckpoint(options), { code: 'model-unsupported', message: /mask token/ });
      const answers = { mask: 297, license: 'MIT', name: 'My GPT' };
      const { manifest } = await convertCheckpoint({ ...options, answers });
      assert.deepEqual([manifest.tokens.mask, manifest.license, manifest.name], [297, 'MIT', 'my-gpt']);
    });
  });

  it('puts a tokenizer together where there is only its vocabulary', async () => {
    await withCheckpoint('dream', async (source, target) => {
      const file = path.join(source, 'tokenizer.json');
      const { model, added_tokens: added } = JSON.parse(await readFile(file, 'utf8')) as {
        model: { vocab: object; merges: [string, string][] };
        added_tokens: { id: number; content: string }[];
      };
      await rm(file);
      const decoder = Object.fromEntries(added.map(({ id, content }) => [id, { content }]));
      const config = { tokenizer_class: 'DreamTokenizer', added_tokens_decoder: decoder };
      await writeFile(path.join(source, 'vocab.json'), JSON.stringify(model.vocab));
      const merges = model.merges.map((merge) => merge.join(' '));
      await writeFile(path.join(source, 'merges.txt'), ['#version: 0.2', ...merges, ''].join('\n'));
      await writeFile(path.join(source, 'tokenizer_config.json'), JSON.stringify(config));
      await convertCheckpoint({ source, target, precision: 'int8' });
      const [ours, theirs] = await Promise.all(
        [target, checkpointPath('dream')].map(async (folder) => loadTokenizer(path.join(folder, 'tokenizer.json'))),
      );
      for (const name of ['constructor', '__proto__', 'toString']) {
        await writeFile(
          path.join(source, 'tokenizer_config.json'),
          JSON.stringify({ ...config, tokenizer_class: name }),
        );
        const again = convertCheckpoint({ source, target: `${target}-${name}`, precision: 'int8' });
        await assert.rejects(again, { code: 'model-unsupported', message: new RegExp(`is of class "${name}"`) });
      }
      const text = 'const a1 = b23;\n\n  return "ä";\n';
      assert.deepEqual(ours!.encode(text), theirs!.encode(text));
    });
  });
});

function change(from: string, to: string): (source: string) => Promise<void> {
  return async (source) => {
    const file = path.join(source, 'config.json');
    const text = await readFile(file, 'utf8');
    assert.ok(text.includes(from));
    await writeFile(file, text.replace(from, to));
  };
}
