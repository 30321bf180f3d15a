import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { AddedModel, AddQuestion, KeptImport } from '../../../src/shared/modelImport.js';
import { buildCli, bundleFolder } from '../../builtBundle.js';
import { COMMIT, HubServer, REPOSITORY } from '../../modelStore/hub/hubServer.js';
import { type CliRun, ROOT, TINY } from '../cliRun.js';

const CHECKPOINT = path.join(ROOT, 'test/fixtures/checkpoints/llada');
const TOKEN = 'hf_secretSecretSecret';
const isWindows = process.platform === 'win32';

/** Through the command line as it is shipped: one CommonJS file below the root, where its native dependency is found. */
void describe('infill models add', () => {
  let built: string;
  let cli: string;
  let data: string;
  let server: HubServer | undefined;

  before(async () => {
    built = await bundleFolder('cli-');
    cli = path.join(built, 'dist', 'cli.cjs');
    await buildCli(cli);
    // An installation whose bundled model is the tiny one.
    await writeFile(path.join(built, 'package.json'), '{"version":"0.0.0"}');
    await cp(TINY, path.join(built, 'models', 'infill-code-135m'), { recursive: true });
  });
  after(() => rm(built, { recursive: true }));
  beforeEach(async () => (data = await mkdtemp(path.join(tmpdir(), 'infill-cli-add-'))));
  afterEach(async () => {
    server?.close();
    server = undefined;
    await rm(data, { recursive: true });
  });

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
    const own = { ...process.env, INFILL_HOME: data, INFILL_MODEL: '', HF_TOKEN: '', HF_ENDPOINT: '', ...env };
    return spawn(process.execPath, [cli, 'models', ...args], { cwd: ROOT, env: own });
  }
  async function infill(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CliRun> {
    const program = start(args, env);
    program.stdin.end();
    const texts = { stdout: '', stderr: '' };
    program.stdout.on('data', (text: Buffer) => (texts.stdout += text.toString()));
    program.stderr.on('data', (text: Buffer) => (texts.stderr += text.toString()));
    const [exitCode] = (await once(program, 'close')) as [number];
    return { exitCode, ...texts };
  }
  async function startHub(): Promise<HubServer> {
    const names = ['config.json', 'tokenizer.json', 'model.safetensors'];
    const files = await Promise.all(
      names.map(async (name) => {
        const content = await readFile(path.join(CHECKPOINT, name));
        return [name, { content, isLarge: name.endsWith('.safetensors') }] as const;
      }),
    );
    return (server = await HubServer.start(new Map(files)));
  }

  it('converts a folder, tells how well it agrees, and the model can be used at once', async () => {
    const { exitCode, stdout, stderr } = await infill(['add', CHECKPOINT, '--name', 'mine', '--license', 'MIT']);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^Added mine: int8, .* licence MIT\n/);
    assert.match(stdout, /Same most likely token as in 32-bit floating point: \d+\.\d% \(\d+ of \d+ positions/);
    assert.match(stderr, /^Converting int8/m);
    assert.match(stderr, /^Comparing with 32-bit floating point: 100%/m);
    assert.equal((await infill(['verify', 'mine'])).exitCode, 0);
    assert.equal((await infill(['use', 'mine'])).exitCode, 0);
    const listed = await infill(['list']);
    assert.match(listed.stdout, /^\* +mine +1 +MIT/m);
    assert.deepEqual(await readdir(path.join(data, 'models')), ['mine']);
  });

  for (const precision of ['int4', 'fp32']) {
    it(`converts to ${precision}`, async () => {
      const { stdout } = await infill(['add', CHECKPOINT, '--precision', precision, '--json']);
      const added = JSON.parse(stdout) as AddedModel;
      assert.deepEqual([added.name, added.precision], ['llada', precision]);
      assert.equal(added.agreement.kind, precision === 'fp32' ? 'skipped' : 'measured');
    });
  }

  it('writes the chosen context cache into the manifest; exact unless one is chosen', async () => {
    const cacheOf = async (name: string, ...chosen: string[]): Promise<string> => {
      const added = await infill(['add', CHECKPOINT, '--name', name, '--precision', 'fp32', '--json', ...chosen]);
      const { folder } = JSON.parse(added.stdout) as AddedModel;
      const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
        recommended: { contextCache: string };
      };
      return manifest.recommended.contextCache;
    };
    assert.equal(await cacheOf('plain'), 'exact');
    assert.equal(await cacheOf('kept', '--context-cache', 'dual'), 'dual');
    const refused = await infill(['add', CHECKPOINT, '--context-cache', 'all']);
    assert.match(refused.stderr, /exact, prefix, dual/);
  });

  it('reads as much context as is asked for: less of it makes each step cheaper', async () => {
    const source = path.join(data, 'long');
    await cp(CHECKPOINT, source, { recursive: true });
    const config = JSON.parse(await readFile(path.join(source, 'config.json'), 'utf8')) as object;
    await writeFile(path.join(source, 'config.json'), JSON.stringify({ ...config, max_sequence_length: 4096 }));
    const limitsOf = async (name: string, ...chosen: string[]): Promise<object> => {
      const added = await infill(['add', source, '--name', name, '--precision', 'fp32', '--json', ...chosen]);
      const { folder } = JSON.parse(added.stdout) as AddedModel;
      return (JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as { limits: object }).limits;
    };
    assert.deepEqual(await limitsOf('whole'), { prefix: 480, suffix: 160, canvas: 64 });
    assert.deepEqual(await limitsOf('most', '--context', '640'), { prefix: 480, suffix: 160, canvas: 64 });
    assert.deepEqual(await limitsOf('less', '--context', '240'), { prefix: 180, suffix: 60, canvas: 64 });
    const refused = await infill(['add', source, '--context', '63']);
    assert.match(refused.stderr, /--context.*64.*640/s);
  });

  it('asks with the options that answer', async () => {
    const folder = path.join(data, 'checkpoint');
    await cp(CHECKPOINT, folder, { recursive: true });
    const config = JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')) as {
      mask_token_id?: number;
    };
    const { mask_token_id: mask, ...rest } = config;
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(rest));
    const file = path.join(folder, 'tokenizer.json');
    const tokenizer = await readFile(file, 'utf8');
    await writeFile(file, tokenizer.replaceAll('<|mdm_mask|>', '<|unknown|>'));
    const asked = await infill(['add', folder]);
    assert.deepEqual([asked.exitCode, asked.stdout], [1, '']);
    assert.match(asked.stderr, /\? Answer with --mask ID\.\n$/);
    const { questions } = JSON.parse((await infill(['add', folder, '--json'])).stdout) as { questions: AddQuestion[] };
    assert.equal(questions[0]?.answer, 'mask');
    const added = await infill(['add', folder, '--mask', String(mask ?? 1)]);
    assert.equal(added.exitCode, 0, added.stderr);
  });

  it('refuses what it cannot do in one line that says why, and leaves nothing', async () => {
    const empty = path.join(data, 'empty');
    await mkdir(empty);
    const causal = path.join(data, 'causal');
    await cp(CHECKPOINT, causal, { recursive: true });
    await writeFile(
      path.join(causal, 'config.json'),
      '{"model_type":"mistral","architectures":["MistralForCausalLM"]}',
    );
    for (const [source, reason] of [
      [empty, /There are no \*\.safetensors in .*empty\. Choose a folder that holds config\.json/],
      [causal, /cannot be converted: models of type "mistral" are not known/],
      ['./nowhere', /There is no folder .*nowhere/],
      ['name', /There is no folder .*owner\/name/],
    ] as const) {
      const { exitCode, stdout, stderr } = await infill(['add', source]);
      assert.deepEqual([exitCode, stdout], [1, '']);
      assert.match(stderr, reason);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
    assert.deepEqual((await readdir(data)).sort(), ['causal', 'empty']);
    assert.equal((await infill(['add', CHECKPOINT, '--precision', 'fp8'])).exitCode, 2);
  });

  it('adds a model of the hub with a token that is never shown', async () => {
    const hub = await startHub();
    hub.faults.token = TOKEN;
    const refused = await infill(['add', REPOSITORY], { HF_ENDPOINT: hub.url });
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /does not give access to some-owner\/Some-Model .*401.*HF_TOKEN/s);
    const added = await infill(['add', REPOSITORY], { HF_ENDPOINT: hub.url, HF_TOKEN: TOKEN });
    assert.equal(added.exitCode, 0, added.stderr);
    assert.match(added.stdout, /^Added some-model: int8, .* licence apache-2\.0/);
    assert.match(added.stderr, /^Downloading model\.safetensors: 100%/m);
    assert.ok(!(added.stdout + added.stderr + refused.stderr).includes(TOKEN));
    for (const name of await readdir(path.join(data, 'models', 'some-model'))) {
      assert.ok(!(await readFile(path.join(data, 'models', 'some-model', name))).includes(TOKEN));
    }
  });

  it('goes on with a download when the same command is run again', async () => {
    const hub = await startHub();
    const half = Math.floor((await readFile(path.join(CHECKPOINT, 'model.safetensors'))).length / 2);
    const env = { HF_ENDPOINT: hub.url };
    // A process that is killed while nothing comes any more.
    hub.faults.stallAt = { path: 'model.safetensors', bytes: half };
    const killed = start(['add', REPOSITORY], env);
    const part = path.join(data, 'downloads', 'some-owner--Some-Model', COMMIT, 'model.safetensors.part');
    while ((await readFile(part).catch(() => Buffer.alloc(0))).length < half) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    killed.kill('SIGKILL');
    await once(killed, 'close');
    hub.faults.stallAt = undefined;
    hub.requests.length = 0;
    const { exitCode, stderr } = await infill(['add', REPOSITORY], env);
    assert.equal(exitCode, 0, stderr);
    assert.match(hub.rangesOf('model.safetensors').join(), new RegExp(`^bytes=${half}-`));
  });

  it('stops at Ctrl+C, keeps what was received, and says how it is deleted', { skip: isWindows }, async () => {
    const hub = await startHub();
    hub.faults.stallAt = { path: 'model.safetensors', bytes: 1000 };
    const program = start(['add', REPOSITORY], { HF_ENDPOINT: hub.url });
    let stderr = '';
    program.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const part = path.join(data, 'downloads', 'some-owner--Some-Model', COMMIT, 'model.safetensors.part');
    while ((await readFile(part).catch(() => Buffer.alloc(0))).length < 1000) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    program.kill('SIGINT');
    const [exitCode] = (await once(program, 'close')) as [number];
    assert.equal(exitCode, 130);
    const says =
      /infill: cancelled, nothing was added\.\ninfill: 0\.\d MB of some-owner\/Some-Model are kept\. .* infill models discard some-owner\/Some-Model deletes it\.\n$/;
    assert.match(stderr, says);
    assert.deepEqual(await readdir(path.join(data, 'models')).catch(() => []), []);
    assert.match((await infill(['kept'])).stdout, /^0\.\d MB of some-owner\/Some-Model are kept\.\n$/);
    assert.match((await infill(['list'])).stdout, /\n0\.\d MB of some-owner\/Some-Model are kept\.\n$/);
    const [kept] = JSON.parse((await infill(['kept', '--json'])).stdout) as KeptImport[];
    assert.deepEqual([kept?.source, kept?.isActive], [REPOSITORY, false]);
    const refused = await infill(['discard']);
    assert.deepEqual([refused.exitCode, refused.stdout], [1, '']);
    assert.match(refused.stderr, /Delete all of it\? \[y\/N\] infill: nothing was deleted\./);
    assert.match((await infill(['discard', `${REPOSITORY}@main`])).stdout, /^Deleted 0\.\d MB\.\n$/);
    assert.equal((await infill(['kept'])).stdout, 'Nothing is kept.\n');
    assert.equal((await infill(['discard', REPOSITORY])).exitCode, 1);
    assert.equal((await infill(['discard', '--yes'])).exitCode, 0);
    assert.deepEqual(await readdir(path.join(data, 'downloads')), []);
  });
});
