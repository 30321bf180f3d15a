import assert from 'node:assert/strict';
import { execFileSync, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { InfillOutcome } from '../../src/shared/outcome.js';
import { telemetryOff } from '../../src/process/telemetryOff.js';
import { newFolder, prepared } from './environment.js';

const extension = (file: string): string => path.join(prepared('INFILL_UNPACKED'), file);

function read(file: string): { readonly [key: string]: unknown } {
  return JSON.parse(readFileSync(extension(file), 'utf8')) as { readonly [key: string]: unknown };
}

test('the package is small enough to publish', (t) => {
  const bytes = statSync(prepared('INFILL_VSIX')).size;
  t.diagnostic(`${(bytes / 1e6).toFixed(1)} MB`);
  assert.ok(bytes < 200_000_000, `${bytes} bytes`);
});

test("it holds this platform's runtime and no other", () => {
  const platforms = readdirSync(extension('node_modules/onnxruntime-node/bin/napi-v6'));
  assert.deepEqual(platforms, [process.platform]);
  const folder = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}`;
  assert.deepEqual(readdirSync(extension(folder)), [process.arch]);
  const files = readdirSync(extension(`${folder}/${process.arch}`));
  assert.ok(files.includes('onnxruntime_binding.node'));
  assert.deepEqual(
    files.filter((name) => /cuda|tensorrt/i.test(name)),
    [],
  );
});

test('onnxruntime starts from inside it', () => {
  const script = "console.log(require('onnxruntime-node').listSupportedBackends().map((each) => each.name).join())";
  const env = { ...process.env, ...telemetryOff(process.platform) }; // the one place that does not go through ortRuntime.ts
  const output = execFileSync(process.execPath, ['-e', script], { cwd: extension('.'), encoding: 'utf8', env });
  assert.match(output, /\bcpu\b/);
});

test('its manifest has nothing of the workshop, and its entry is there', () => {
  const manifest = read('package.json');
  assert.deepEqual(Object.keys(manifest['dependencies'] as object), ['onnxruntime-node']);
  assert.equal(manifest['devDependencies'], undefined);
  assert.equal(manifest['scripts'], undefined);
  assert.ok(existsSync(extension(String(manifest['main']))));
  assert.ok(existsSync(extension(String(manifest['icon']))));
});

test('the licences of what it holds are in it', () => {
  assert.match(readFileSync(extension('LICENSE.txt'), 'utf8'), /MIT/);
  assert.match(readFileSync(extension('THIRD_PARTY_NOTICES.md'), 'utf8'), /onnxruntime/i);
  const texts = readFileSync(extension('dist/THIRD_PARTY_LICENSES.txt'), 'utf8');
  for (const work of ['onnxruntime-node', 'zod', 'SmolLM2-135M-Instruct'])
    assert.match(texts, new RegExp(`^${work}\\b`, 'mu'));
});

test('the inference process starts from it and answers', async () => {
  const child = fork(extension('dist/worker.cjs'), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  try {
    const answer = new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`it ended with ${String(code)}`)));
    });
    child.send({ type: 'ping', id: 1 });
    assert.equal(((await answer) as { type: unknown }).type, 'pong');
  } finally {
    child.kill('SIGKILL');
  }
});

test('a window that shares its process starts from it, and the process has the model', async () => {
  const meeting = newFolder();
  const child = fork(extension('dist/relay.cjs'), {
    execArgv: [], // as the extension does: flags that hold in this folder do not where the process runs
    env: { ...process.env, XDG_RUNTIME_DIR: meeting },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  try {
    const messages: { readonly type: string }[] = [];
    const loaded = new Promise<void>((resolve, reject) => {
      child.on('message', (message: { readonly type: string }) => {
        messages.push(message);
        if (message.type === 'loaded') resolve();
        if (message.type === 'failure') reject(new Error(JSON.stringify(message)));
      });
      child.once('exit', (code) => reject(new Error(`it ended with ${String(code)}`)));
    });
    const modelPath = path.join(prepared('INFILL_UNPACKED'), 'models/infill-code-135m');
    child.send({ type: 'load', id: 1, runtime: { modelPath, device: 'cpu', threads: 1 } });
    await loaded;
    assert.ok(messages.some(({ type }) => type === 'process'));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    assert.equal(await ended, 0);
  } finally {
    child.kill('SIGKILL');
    rmSync(meeting, { recursive: true, force: true });
  }
});

test('the command line in it fills a hole with the bundled model', (t) => {
  const folder = newFolder();
  try {
    const file = path.join(folder, 'sum.ts');
    writeFileSync(file, 'function add(first: number, second: number): number {\n  return \n}\n');
    const args = [extension('dist/cli.cjs'), 'fill', file, '--at', '2:10', '--json', '--min-confidence', '0'];
    const output = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const outcome = JSON.parse(output) as InfillOutcome;
    assert.ok(outcome.kind === 'infill', output);
    t.diagnostic(JSON.stringify(outcome.candidates[0]?.text));
    assert.notEqual(outcome.candidates[0]?.text.trim(), '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
