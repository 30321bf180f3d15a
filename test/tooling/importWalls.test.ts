import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { importWalls } from '../../scripts/lint/importWalls.mjs';

// Only the walls, without the type-aware rules: the snippets are no files of the project.
const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...importWalls()] as never,
});

/** [file, import text]: each must be refused. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['src/shared/outcome.ts', 'node:fs'],
  ['src/shared/outcome.ts', '../engine/engine.js'],
  ['src/shared/outcome.ts', 'zod'],
  ['src/engine/engine.ts', 'vscode'],
  ['src/engine/engine.ts', 'onnxruntime-node'],
  ['src/engine/network/loadModel.ts', 'onnxruntime-node'],
  ['src/engine/network/loadModel.ts', 'onnxruntime-common'],
  ['src/engine/network/runtime/ortRuntime.ts', 'vscode'],
  ['src/engine/network/runtime/ortRuntime.ts', '../../inference/client.js'],
  ['src/engine/engine.ts', 'node:child_process'],
  ['src/engine/engine.ts', 'child_process'],
  ['src/engine/engine.ts', 'node:https'],
  ['src/engine/infill/run.ts', '../../inference/client.js'],
  ['src/engine/infill/run.ts', '../../extension/extension.js'],
  ['src/engine/infill/run.ts', '../../modelStore/list.js'],
  ['src/engine/infill/run.ts', '../../cli/main.js'],
  ['src/modelStore/list.ts', '../engine/engine.js'],
  ['src/modelStore/list.ts', '../engine/tokenizer/loadTokenizer.js'],
  ['src/modelStore/list.ts', '../inference/client.js'],
  ['src/modelStore/list.ts', 'vscode'],
  ['src/cli/main.ts', '../inference/client.js'],
  ['src/cli/main.ts', '../extension/extension.js'],
  ['src/cli/main.ts', 'onnxruntime-node'],
  ['src/cli/main.ts', 'node:child_process'],
  ['src/inference/host/client.ts', '../engine/engine.js'],
  ['src/inference/host/client.ts', './worker.js'],
  ['src/inference/host/storeClient.ts', './workerStore.js'],
  ['src/inference/host/storeClient.ts', '../modelStore/list.js'],
  ['src/inference/backoff.ts', '../engine/model/loadModel.js'],
  ['src/inference/host/client.ts', '../extension/extension.js'],
  ['src/inference/host/client.ts', 'vscode'],
  ['src/inference/child/worker.ts', '../extension/extension.js'],
  ['src/inference/child/worker.ts', 'onnxruntime-node'],
  ['src/inference/child/worker.ts', 'vscode'],
  ['src/extension/extension.ts', '../engine/engine.js'],
  ['src/extension/commands/restart.ts', '../../engine/engine.js'],
  ['src/extension/extension.ts', '../inference/worker.js'],
  ['src/extension/extension.ts', '../cli/main.js'],
  ['src/extension/extension.ts', 'node:child_process'],
  ['src/extension/extension.ts', 'onnxruntime-node'],
  ['test/engine/network/encoderDenoiser/parity.test.ts', 'onnxruntime-node'],
  ['bench/startup.ts', 'onnxruntime-node'],
  ['scripts/bench.ts', 'onnxruntime-node'],
];

/** [file, import text]: each is how the folders are meant to be connected. */
const ALLOWED: readonly (readonly [string, string])[] = [
  ['src/shared/protocol.ts', './outcome.js'],
  ['src/engine/network/runtime/ortRuntime.ts', 'onnxruntime-node'],
  ['src/engine/engine.ts', '../shared/outcome.js'],
  ['src/engine/engine.ts', 'node:fs/promises'],
  ['src/modelStore/list.ts', '../engine/model/manifest.js'],
  ['src/modelStore/list.ts', '../engine/tokenizer/tokenizerFile.js'],
  ['src/cli/main.ts', '../engine/engine.js'],
  ['src/cli/main.ts', '../modelStore/list.js'],
  ['src/inference/host/client.ts', 'node:child_process'],
  ['src/inference/child/worker.ts', '../engine/engine.js'],
  ['src/inference/child/workerStore.ts', '../modelStore/list.js'],
  ['src/extension/extension.ts', 'vscode'],
  ['src/extension/extension.ts', '../inference/client.js'],
  ['src/extension/extension.ts', '../modelStore/list.js'],
];

/** Every way to write an import. */
const FORMS: Record<string, (from: string) => string> = {
  import: (from) => `import { a } from '${from}';\na();\n`,
  'import type': (from) => `import type { A } from '${from}';\nexport type B = A;\n`,
  'import for its effect': (from) => `import '${from}';\n`,
  'export from': (from) => `export { a } from '${from}';\n`,
  'export all': (from) => `export * from '${from}';\n`,
  'import()': (from) => `export const a = import('${from}');\n`,
  'import() type': (from) => `export type A = import('${from}').A;\n`,
};

async function problems(file: string, source: string): Promise<string[]> {
  const [result] = await eslint.lintText(source, { filePath: file });
  assert.ok(result);
  return result.messages.map((message) => message.ruleId ?? message.message);
}

for (const [file, from] of REFUSED) {
  test(`${file} may not import ${from}`, async () => {
    for (const [form, write] of Object.entries(FORMS)) {
      const found = await problems(file, write(from));
      assert.equal(found.length, 1, `${form}: ${found.join(', ') || 'no error'}`);
      assert.match(found[0]!, /^no-restricted-(imports|syntax)$/);
    }
  });
}

for (const [file, from] of ALLOWED) {
  test(`${file} may import ${from}`, async () => {
    for (const write of Object.values(FORMS)) {
      assert.deepEqual(await problems(file, write(from)), []);
    }
  });
}

test('the engine may not fetch or print', async () => {
  const project = new ESLint();
  const config = (await project.calculateConfigForFile('src/engine/engine.ts')) as { rules: Record<string, unknown[]> };
  assert.equal(config.rules['no-console']?.[0], 2);
  assert.deepEqual(await problems('src/engine/engine.ts', "void fetch('x');\n"), ['no-restricted-globals']);
});

test('the project uses these walls', async () => {
  const project = new ESLint();
  for (const file of [
    'src/shared/outcome.ts',
    'src/engine/engine.ts',
    'src/inference/host/client.ts',
    'src/extension/extension.ts',
    'test/builtBundle.ts',
    'bench/startup.ts',
    'scripts/bench.mjs',
  ]) {
    const expected = (await eslint.calculateConfigForFile(file)) as { rules: Record<string, unknown> };
    const used = (await project.calculateConfigForFile(file)) as { rules: Record<string, unknown> };
    for (const rule of ['no-restricted-imports', 'no-restricted-syntax']) {
      assert.deepEqual(used.rules[rule], expected.rules[rule], `${file}: ${rule}`);
    }
  }
});
