import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addModel, type AddParts } from '../../../src/modelStore/add/addModel.js';
import { choosePrecision } from '../../../src/modelStore/add/choosePrecision.js';
import { discardKept, keptImports } from '../../../src/modelStore/add/keptImports.js';
import { modelSource } from '../../../src/modelStore/add/modelSource.js';
import { defaultModelFolder } from '../../../src/modelStore/bundledModels.js';
import { inspectCheckpoint } from '../../../src/modelStore/convert/inspectCheckpoint.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import type { ConversionOptions } from '../../../src/modelStore/convert/checkpoint/conversion.js';
import { hubAccess } from '../../../src/modelStore/hub/hubAccess.js';
import { listModels } from '../../../src/modelStore/listModels.js';
import { packageRoot } from '../../../src/modelStore/packageRoot.js';
import { verifyInstalledModel } from '../../../src/modelStore/verifyInstalledModel.js';
import type { AddProgress, AddRequest } from '../../../src/shared/modelImport.js';
import { InfillError } from '../../../src/shared/infillError.js';
import { checkpointPath } from '../../engine/fixtures.js';
import { COMMIT, HubServer, json, REPOSITORY, TAG } from '../hub/hubServer.js';

const REPOSITORY_ROOT = packageRoot(path.dirname(fileURLToPath(import.meta.url)));
const TINY = path.join(REPOSITORY_ROOT, 'test/fixtures/tiny/int8');
const isWindows = process.platform === 'win32';
const QWEN2 = {
  model_type: 'qwen2',
  architectures: ['Qwen2ForCausalLM'],
};
const LLADA = {
  model_type: 'llada',
  d_model: 8,
  n_layers: 1,
  n_heads: 2,
  mlp_hidden_size: 16,
  vocab_size: 20,
  rope: true,
  alibi: false,
  block_type: 'llama',
  layer_norm_type: 'rms',
  activation_type: 'silu',
  attention_layer_norm: false,
  include_bias: false,
  scale_logits: false,
  input_emb_norm: false,
  eos_token_id: 1,
};
type HubFiles = Map<string, { content: Buffer; isLarge: boolean }>;
/** A safetensors file with one tensor of two rows of three floats. */
const WEIGHTS = safetensors({ a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] } }, 24);

void describe('adding a model', () => {
  let scratch: string;
  let root: string;
  let data: string;
  let checkpoint: string;

  before(async () => (scratch = await mkdtemp(path.join(tmpdir(), 'infill-add-'))));
  after(() => rm(scratch, { recursive: true }));
  beforeEach(async () => {
    root = await mkdtemp(path.join(scratch, 'root-'));
    data = await mkdtemp(path.join(scratch, 'data-'));
    checkpoint = path.join(root, 'Some Checkpoint');
    await cp(TINY, defaultModelFolder(root), { recursive: true });
    await mkdir(checkpoint);
    await writeCheckpoint(LLADA);
  });

  async function writeCheckpoint(config: object): Promise<void> {
    await writeFile(path.join(checkpoint, 'config.json'), JSON.stringify(config));
    await writeFile(path.join(checkpoint, 'tokenizer.json'), tokenizer(['<|mdm_mask|>']));
    await writeFile(path.join(checkpoint, 'model.safetensors'), WEIGHTS);
  }

  /** The converter is tested on its own; here it leaves the tiny model. */
  function parts(changes: Partial<AddParts> = {}): AddParts & { readonly conversions: ConversionOptions[] } {
    const conversions: ConversionOptions[] = [];
    return {
      root,
      data,
      hub: hubAccess({}, ''),
      inspect: async () => undefined,
      convert: async (options) => {
        conversions.push(options);
        await cp(TINY, options.target, { recursive: true });
        options.onProgress?.({ doneBytes: 1, totalBytes: 1 });
        return { notes: ['A note.'] };
      },
      compare: async () => ({ kind: 'measured', agreeing: 9, positions: 10 }),
      freeMemory: () => 1e12,
      signal: new AbortController().signal,
      onProgress: () => {},
      conversions,
      ...changes,
    };
  }
  const request = (changes: Partial<AddRequest> = {}): AddRequest => ({
    source: { kind: 'folder', folder: checkpoint },
    precision: 'auto',
    answers: {},
    ...changes,
  });
  const leftovers = async (): Promise<string[]> =>
    (await readdir(data, { recursive: true })).filter((name) => !['models', 'downloads'].includes(name));

  it('converts, verifies, compares and then shows it', async () => {
    const seen: AddProgress['phase'][] = [];
    const compared: unknown[] = [];
    const used = parts({
      onProgress: ({ phase }) => seen.push(phase),
      compare: async (_, { folder, answers }) => {
        compared.push([folder, answers.name]);
        return { kind: 'measured', agreeing: 9, positions: 10 };
      },
    });
    const outcome = await addModel(request(), used);
    assert.equal(outcome.kind, 'added');
    const { name, folder, agreement, notes } = outcome.model;
    assert.deepEqual(notes, ['A note.']);
    assert.deepEqual([name, folder], ['some-checkpoint', path.join(data, 'models', 'some-checkpoint')]);
    assert.deepEqual(agreement, { kind: 'measured', agreeing: 9, positions: 10 });
    assert.deepEqual(
      used.conversions.map(({ precision, answers }) => [precision, answers?.name]),
      [['int8', 'some-checkpoint']],
    );
    assert.deepEqual([...new Set(seen)], ['convert', 'verify']);
    assert.deepEqual(compared, [[checkpoint, 'some-checkpoint']], 'with the files that were converted');
    assert.deepEqual(await readdir(path.join(data, 'models')), ['some-checkpoint']);
    assert.ok((await listModels(root, data)).some((each) => each.name === name && each.kind === 'usable'));
  });

  it('copies what was converted before: the files of its manifest', async () => {
    const source = path.join(scratch, 'converted');
    await cp(TINY, source, { recursive: true });
    await writeFile(path.join(source, 'unrelated.bin'), 'x');
    const outcome = await addModel(request({ source: { kind: 'folder', folder: source }, name: 'copied' }), parts());
    assert.ok(outcome.kind === 'added' && outcome.model.agreement.kind === 'skipped');
    assert.ok(!existsSync(path.join(data, 'models', 'copied', 'unrelated.bin')));
    await rm(source, { recursive: true });
    assert.ok((await listModels(root, data)).some((each) => each.name === 'copied' && each.kind === 'usable'));
  });

  it(
    'copies nothing that is no plain file of the folder, the licence and the card included',
    { skip: isWindows },
    async () => {
      const source = path.join(scratch, 'converted with companions');
      const secret = path.join(scratch, 'secret');
      await writeFile(secret, 'x');
      for (const name of ['LICENSE', 'README.md', 'MODEL_CARD.md', 'tokenizer.json', 'manifest.json']) {
        for (const make of [
          (file: string) => symlink(secret, file),
          (file: string) => symlink('/dev/zero', file),
          (file: string) => Promise.resolve(execFileSync('mkfifo', [file])),
          (file: string) => mkdir(file),
        ]) {
          await rm(source, { recursive: true, force: true });
          await cp(TINY, source, { recursive: true });
          await rm(path.join(source, name), { force: true });
          await make(path.join(source, name));
          const adding = addModel(request({ source: { kind: 'folder', folder: source }, name: 'copied' }), parts());
          await assert.rejects(adding, { code: 'model-corrupt', message: new RegExp(name.replace('.', '\\.')) }, name);
          assert.deepEqual(await leftovers(), []);
        }
      }
      await rm(path.join(source, 'manifest.json'), { recursive: true });
      await cp(TINY, source, { recursive: true });
      await writeFile(path.join(source, 'LICENSE'), 'Take it.');
      const outcome = await addModel(request({ source: { kind: 'folder', folder: source }, name: 'copied' }), parts());
      assert.ok(outcome.kind === 'added');
      assert.equal(await readFile(path.join(outcome.model.folder, 'LICENSE'), 'utf8'), 'Take it.');
    },
  );

  it("takes a checkpoint in the cache of the hub's own tools, whose files are links", { skip: isWindows }, async () => {
    const repository = path.join(scratch, 'hub', 'models--owner--name');
    const snapshot = path.join(repository, 'snapshots', 'a'.repeat(40));
    await mkdir(snapshot, { recursive: true });
    await mkdir(path.join(repository, 'blobs'));
    for (const [index, name] of (await readdir(checkpointPath('llada'))).entries()) {
      await cp(path.join(checkpointPath('llada'), name), path.join(repository, 'blobs', `f0${index}`));
      await symlink(`../../blobs/f0${index}`, path.join(snapshot, name));
    }
    const link = path.join(scratch, 'my checkpoint');
    await symlink(snapshot, link);
    for (const [name, folder] of [
      ['direct', snapshot],
      ['linked', link],
    ] as const) {
      const adding = request({ source: { kind: 'folder', folder }, name, precision: 'fp32' });
      const outcome = await addModel(adding, parts({ convert: convertCheckpoint }));
      assert.ok(outcome.kind === 'added', name);
      assert.equal((await verifyInstalledModel(outcome.model.folder, data)).error, undefined);
    }
    await rm(path.join(snapshot, 'config.json'));
    await symlink('../../../../secret', path.join(snapshot, 'config.json'));
    await writeFile(path.join(scratch, 'secret'), '{}');
    const adding = addModel(request({ source: { kind: 'folder', folder: snapshot }, name: 'other' }), parts());
    await assert.rejects(adding, { code: 'model-corrupt', message: /config\.json is a link that leads out/ });
  });

  it('names the files of the source in its errors, not those that are deleted with them', async () => {
    const damaging: AddParts['convert'] = async ({ target }) => {
      await cp(TINY, target, { recursive: true });
      await writeFile(
        path.join(target, 'tokenizer.json'),
        (await readFile(path.join(TINY, 'tokenizer.json'))).reverse(),
      );
      return { notes: [] };
    };
    await assert.rejects(addModel(request(), parts({ convert: damaging })), (error: Error) => {
      assert.doesNotMatch(error.message, /\.adding-/);
      assert.ok(error.message.includes(checkpoint));
      return true;
    });
  });

  it('compares only what is small enough, and says why not', async () => {
    const why = async (
      precision: AddRequest['precision'],
      name: string,
      changes: Partial<AddParts>,
    ): Promise<string> => {
      const outcome = await addModel(request({ precision, name }), parts(changes));
      assert.ok(outcome.kind === 'added' && outcome.model.agreement.kind === 'skipped');
      return outcome.model.agreement.why;
    };
    assert.match(await why('fp32', 'a', {}), /floating point itself/);
    assert.match(await why('int8', 'b', { freeMemory: () => 10 }), /needs about .* of memory/);
  });

  it('refuses causal models with the reason, before it converts anything', async () => {
    await writeCheckpoint(QWEN2);
    const used = parts();
    await assert.rejects(addModel(request(), used), { code: 'model-unsupported' });
    assert.deepEqual([used.conversions, await leftovers()], [[], []]);
  });

  it('asks what the files do not tell, and goes on with the answer', async () => {
    await writeFile(path.join(checkpoint, 'tokenizer.json'), tokenizer([]));
    const used = parts();
    const outcome = await addModel(request(), used);
    assert.ok(outcome.kind === 'questions');
    assert.deepEqual(
      outcome.questions.map(({ answer }) => answer),
      ['mask'],
    );
    assert.match(outcome.questions[0]?.text ?? '', /\?$/);
    assert.deepEqual([used.conversions, await leftovers()], [[], []]);
    assert.equal((await addModel(request({ answers: { mask: 7 } }), used)).kind, 'added');
    assert.equal(used.conversions[0]?.answers?.mask, 7);
  });

  it('refuses names that are taken or impossible', async () => {
    await addModel(request({ name: 'mine' }), parts());
    for (const name of ['mine', 'infill-code-135m', '../x', 'A']) {
      await assert.rejects(addModel(request({ name }), parts()), { code: 'invalid-request' }, name);
    }
  });

  it('leaves nothing behind when it fails, is cancelled, or writes something damaged', async () => {
    const failing = parts({ convert: () => Promise.reject(new Error('disk full')) });
    await assert.rejects(addModel(request(), failing), /disk full/);
    const cancel = new AbortController();
    const cancelled = parts({
      signal: cancel.signal,
      compare: async () => {
        cancel.abort();
        return { kind: 'skipped', why: '' };
      },
    });
    await assert.rejects(addModel(request(), cancelled), { name: 'AbortError' });
    const damaging = parts({
      convert: async ({ target }) => {
        await cp(TINY, target, { recursive: true });
        const file = path.join(target, 'denoiser.safetensors');
        const bytes = await readFile(file);
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
        await writeFile(file, bytes);
        return { notes: [] };
      },
    });
    await assert.rejects(addModel(request(), damaging), { code: 'model-corrupt' });
    assert.deepEqual(await leftovers(), []);
  });

  it('deletes what a process that was killed has left, but not what another one is doing', async () => {
    const [old, fresh] = ['.adding-old', '.adding-new'].map((name) => path.join(data, 'models', name));
    assert.ok(old !== undefined && fresh !== undefined);
    await mkdir(old, { recursive: true });
    await mkdir(fresh);
    await utimes(old, 1e9, 1e9);
    await addModel(request(), parts());
    assert.deepEqual([existsSync(old), existsSync(fresh)], [false, true]);
  });

  void describe('from the hub', () => {
    let server: HubServer;
    let files: HubFiles;
    const small = (value: object): { content: Buffer; isLarge: boolean } => ({
      content: Buffer.from(JSON.stringify(value)),
      isLarge: false,
    });
    afterEach(() => server.close());
    const start = async (config: object, words = tokenizer(['<|mdm_mask|>'])): Promise<AddParts['hub']> => {
      files = new Map([
        ['config.json', small(config)],
        ['tokenizer.json', { content: Buffer.from(words), isLarge: false }],
        ['model.safetensors', { content: WEIGHTS, isLarge: true }],
      ]);
      server = await HubServer.start(files);
      return { ...hubAccess({ HF_ENDPOINT: server.url }, ''), retryMs: [0, 1] };
    };
    const source = { kind: 'hub', repository: REPOSITORY, revision: 'main' } as const;

    it('downloads, converts, takes the licence of its page, and deletes the download', async () => {
      const used = parts({ hub: await start(LLADA) });
      const outcome = await addModel(request({ source }), used);
      server.close();
      assert.ok(outcome.kind === 'added');
      assert.equal(outcome.model.name, 'some-model');
      assert.equal(used.conversions[0]?.answers?.license, 'apache-2.0');
      assert.deepEqual(await readdir(path.join(data, 'downloads')), []);
    });

    for (const [what, code, message, change] of [
      [
        'a quantized model by its configuration',
        'model-unsupported',
        /quantized already \(GPTQ, 4 bits\)/,
        (files: HubFiles) =>
          files.set('config.json', small({ ...LLADA, quantization_config: { quant_method: 'gptq', bits: 4 } })),
      ],
      [
        'a quantized model by the headers of its weights',
        'model-unsupported',
        /quantized already \(FP8; a\.weight in model\.safetensors/,
        (files: HubFiles) => {
          const header = { 'a.weight': { dtype: 'F8_E4M3', shape: [24], data_offsets: [0, 24] } };
          files.set('model.safetensors', { content: safetensors(header, 24), isLarge: true });
        },
      ],
      [
        'an adapter',
        'model-unsupported',
        /adapter_model\.safetensors, are an adapter/,
        (files: HubFiles) => {
          files.delete('model.safetensors');
          files.set('adapter_model.safetensors', { content: WEIGHTS, isLarge: true });
        },
      ],
      [
        'two checkpoints in one repository',
        'model-unsupported',
        /several checkpoints/,
        (files: HubFiles) => files.set('model-00001-of-00001.safetensors', { content: WEIGHTS, isLarge: true }),
      ],
      [
        'weights that are not those of its configuration',
        'model-unsupported',
        /lacks the tensor/,
        (files: HubFiles) => {
          for (const name of ['config.json', 'tokenizer.json']) {
            files.set(name, { content: readFileSync(checkpointPath(`llada/${name}`)), isLarge: false });
          }
        },
      ],
      [
        'weights that are no safetensors',
        'model-corrupt',
        /header claims/,
        (files: HubFiles) => files.set('model.safetensors', { content: Buffer.alloc(1000, 0x20), isLarge: true }),
      ],
      [
        'a mask that is not in the vocabulary',
        undefined,
        /not in the network's vocabulary, which has the ids 0 to 19\./,
        (files: HubFiles) => files.set('config.json', small({ ...LLADA, mask_token_id: 20 })),
      ],
      [
        "another model's tokenizer",
        'model-unsupported',
        /tokenizer has 25 tokens, and config\.json says that its network has 20/,
        (files: HubFiles) => {
          const vocab = Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`t${n}`, n]));
          const tokens = { added_tokens: [{ id: 30, content: '<|mdm_mask|>' }], model: { vocab } };
          files.set('tokenizer.json', small(tokens));
          files.set('config.json', small({ ...LLADA, mask_token_id: 19 }));
        },
      ],
    ] as const) {
      it(`finds out before the weights are fetched: ${what}`, async () => {
        const hub = await start(LLADA);
        change(files);
        const used = parts({ hub, inspect: inspectCheckpoint });
        const answers = what.includes('tokenizer') ? { mask: 19, ordinaryMask: true } : {};
        const adding = addModel(request({ source, answers }), used);
        if (code === undefined) {
          const outcome = await adding;
          assert.ok(outcome.kind === 'questions');
          assert.match(outcome.questions[0]?.text ?? '', message);
        } else {
          await assert.rejects(adding, { code, message });
        }
        assert.deepEqual([server.rangesOf('model.safetensors'), used.conversions], [[], []]);
      });
    }

    it('says which repository a quantized one was made of', async () => {
      const hub = await start({ ...LLADA, quantization_config: { quant_method: 'awq' } });
      const tags = ['base_model:owner/base', 'base_model:quantized:owner/base'];
      server.faults.hub = (address, response) =>
        address.includes('/revision/') && (json(response, 200, { _id: '1', id: REPOSITORY, sha: COMMIT, tags }), true);
      await assert.rejects(addModel(request({ source }), parts({ hub })), { remedy: /^Get owner\/base, / });
    });

    it('believes what bitsandbytes left in a configuration only where a server sends no headers of weights', async () => {
      const config = { ...LLADA, quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } };
      const used = parts({ hub: await start(config) });
      assert.equal((await addModel(request({ source, name: 'floats' }), used)).kind, 'added');
      server.close();
      const blind = parts({ hub: await start(config) });
      server.faults.ignoresRanges = true;
      await assert.rejects(addModel(request({ source }), blind), {
        message: /quantized already \(bitsandbytes, 4 bits\)/,
      });
      assert.deepEqual([server.rangesOf('model.safetensors'), blind.conversions], [[], []]);
    });

    it('takes a few kilobytes of a repository to look at it', async () => {
      const used = parts({ hub: await start(LLADA), inspect: () => Promise.reject(new Error('looked')) });
      await assert.rejects(addModel(request({ source }), used), /looked/);
      const asked = server.requests.filter(({ url, isStorage }) => isStorage && url.endsWith('model.safetensors'));
      const ends = asked.map(({ range }) => Number(/-(\d+)$/.exec(range ?? '')?.[1] ?? Infinity));
      assert.ok(ends.length > 0 && Math.max(...ends) < WEIGHTS.length - 24, 'nothing but the header');
    });

    it('refuses a causal model before its weights are fetched', async () => {
      const used = parts({ hub: await start(QWEN2) });
      await assert.rejects(addModel(request({ source }), used), { code: 'model-unsupported' });
      server.close();
      assert.deepEqual(server.rangesOf('model.safetensors'), []);
      assert.deepEqual(await leftovers(), []);
    });

    it('refuses what its configuration rules out before its weights are fetched, with the reason', async () => {
      for (const [config, message] of [
        [{ model_type: 'sdar', architectures: ['SDARForCausalLM'], block_size: 4 }, /block diffusion/],
        [{ model_type: 'wedlm', architectures: ['WeDLMForCausalLM'] }, /attention is causal/],
        [{ model_type: 'diffuqwen35', architectures: ['DiffuQwen35'] }, /recurrent layers/],
        [{ model_type: 'llada2_moe', num_experts: 256 }, /mixture of experts/],
      ] as const) {
        const used = parts({ hub: await start(config) });
        await assert.rejects(addModel(request({ source }), used), { code: 'model-unsupported', message });
        server.close();
        assert.deepEqual(server.rangesOf('model.safetensors'), []);
        assert.deepEqual(used.conversions, []);
      }
    });

    it('names the repository in its errors, not the download that is deleted', async () => {
      const used = parts({ hub: await start(LLADA), convert: convertCheckpoint });
      await assert.rejects(addModel(request({ source }), used), (error: Error) => {
        assert.ok(error.message.includes(`${REPOSITORY}${path.sep}tokenizer.json`), error.message);
        assert.ok(!error.message.includes(data), error.message);
        return true;
      });
      server.close();
    });

    it('keeps what was received of a download that broke or was cancelled, until it is added or discarded', async () => {
      const hub = await start(LLADA);
      const isKept = async (): Promise<boolean> =>
        (await leftovers()).some((name) => name.endsWith('model.safetensors.part'));
      server.faults.breakAfter = Array.from({ length: 9 }, (_, n) => ({
        path: 'model.safetensors',
        bytes: n === 0 ? 9 : 0,
      }));
      await assert.rejects(addModel(request({ source }), parts({ hub })), { code: 'download-failed' });
      assert.ok(await isKept());
      server.faults.breakAfter = [];
      server.faults.stallAt = { path: 'model.safetensors', bytes: 20 };
      const interrupted = async (asked: AddRequest): Promise<void> => {
        const cancel = new AbortController();
        const onProgress = ({ done }: AddProgress): void => {
          if (done > 9) {
            cancel.abort();
          }
        };
        await assert.rejects(addModel(asked, parts({ hub, signal: cancel.signal, onProgress })), {
          name: 'AbortError',
        });
      };
      await interrupted(request({ source }));
      assert.ok(await isKept());
      const [kept] = await keptImports(data);
      assert.deepEqual([kept?.source, kept?.called, kept?.isActive], [REPOSITORY, REPOSITORY, false]);
      assert.ok((kept?.bytes ?? 0) > 20);
      await interrupted(request({ source: { ...source, revision: TAG } }));
      assert.equal((await keptImports(data))[0]?.called, `${REPOSITORY}@${TAG}`, 'what is to be asked for again');
      await assert.rejects(discardKept(data, 'other/model'), { code: 'invalid-request' });
      assert.deepEqual(
        (await discardKept(data, REPOSITORY)).map((each) => each.source),
        [REPOSITORY],
      );
      assert.deepEqual([await leftovers(), await keptImports(data)], [[], []]);
      server.close();
    });

    const transfers = (): number =>
      server.rangesOf('model.safetensors').filter((range) => range?.endsWith(`-${WEIGHTS.length - 1}`) ?? true).length;

    it('keeps the description while it is asked about, and the weights when the conversion is refused', async () => {
      const hub = await start(LLADA, tokenizer([]));
      assert.equal((await addModel(request({ source }), parts({ hub }))).kind, 'questions');
      assert.ok((await leftovers()).some((name) => name.endsWith('tokenizer.json')));
      server.requests.length = 0;
      const refusing = parts({
        hub,
        convert: () => Promise.reject(new InfillError('model-unsupported', 'It has another head.', '')),
      });
      const answered = request({ source, answers: { mask: 7 } });
      await assert.rejects(addModel(answered, refusing), { code: 'model-unsupported' });
      assert.deepEqual(server.rangesOf('tokenizer.json'), []);
      assert.equal(transfers(), 1);
      assert.equal((await addModel(answered, parts({ hub }))).kind, 'added');
      assert.equal(transfers(), 1, 'the weights are fetched once');
      assert.deepEqual(await keptImports(data), []);
      server.close();
    });

    it('uses what was received of another commit, and leaves out what is no part of this one', async () => {
      const hub = await start(LLADA);
      const other = path.join(data, 'downloads', REPOSITORY.replace('/', '--'), 'f'.repeat(40));
      await mkdir(other, { recursive: true });
      await writeFile(path.join(other, 'model.safetensors'), WEIGHTS);
      await writeFile(path.join(other, 'config.json'), '{"old": true}');
      await writeFile(path.join(other, 'model-00001-of-00002.safetensors'), 'of an older layout');
      let seen: readonly string[] = [];
      const used = parts({ hub });
      const convert = async (options: ConversionOptions): ReturnType<AddParts['convert']> => {
        seen = await readdir(options.source);
        return used.convert(options);
      };
      assert.equal((await addModel(request({ source }), { ...used, convert })).kind, 'added');
      assert.deepEqual([...seen].sort(), ['config.json', 'model.safetensors', 'tokenizer.json']);
      assert.equal(transfers(), 0);
      server.close();
    });
  });

  it('says that the disk is full, and that it goes on from there', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    await assert.rejects(addModel(request(), parts({ convert: () => Promise.reject(full) })), {
      code: 'invalid-request',
      message: /disk is full/,
      remedy: /goes on/,
    });
  });

  it('refuses files that change while they are converted', async () => {
    const used = parts();
    const convert = async (options: ConversionOptions): ReturnType<AddParts['convert']> => {
      await writeFile(path.join(checkpoint, 'model.safetensors'), WEIGHTS);
      await utimes(path.join(checkpoint, 'model.safetensors'), 1e9, 1e9);
      return used.convert(options);
    };
    await assert.rejects(addModel(request(), { ...used, convert }), { code: 'model-corrupt', message: /changed/ });
    assert.deepEqual(await leftovers(), []);
  });

  it('takes a folder where there is one, and never asks a server for a misspelt path', async () => {
    await mkdir(path.join(root, 'owner', 'name'), { recursive: true });
    assert.deepEqual(await modelSource('owner/name', root), {
      kind: 'folder',
      folder: path.join(root, 'owner', 'name'),
    });
    assert.deepEqual(await modelSource('other/name@v1', root), {
      kind: 'hub',
      repository: 'other/name',
      revision: 'v1',
    });
    for (const text of ['./other/name', '../x/y', '/nowhere/x', '~/x', 'C:\\x', '~x/y', 'name', 'package.json']) {
      await assert.rejects(modelSource(text, root), { code: 'invalid-request' }, text);
    }
  });

  it('takes 4 bits for large models unless told otherwise', () => {
    assert.deepEqual(
      // 1.7 billion weights are twice as fast at 8 bits, and fit.
      [135e6, 1.7e9, 7.6e9].map((parameters) => choosePrecision('auto', parameters)),
      ['int8', 'int8', 'int4'],
    );
    assert.equal(choosePrecision('fp32', 8e9), 'fp32');
  });
});

function tokenizer(special: readonly string[]): string {
  return JSON.stringify({
    added_tokens: special.map((content, i) => ({ id: 10 + i, content, special: true })),
    model: {},
  });
}

function safetensors(header: object, bytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(bytes)]);
}
