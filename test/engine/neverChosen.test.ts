import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { InfillModel } from '../../src/engine/contract/model.js';
import { Engine } from '../../src/engine/engine.js';
import { loadModel } from '../../src/engine/network/loadModel.js';
import { loadTokenizer } from '../../src/engine/tokenizer/loadTokenizer.js';
import { convertCheckpoint } from '../../src/modelStore/convert/convertCheckpoint.js';
import { SAMPLERS, type SamplerName } from '../../src/shared/infillOptions.js';
import { checkpointPath } from './fixtures.js';
import { withFolder, type Checkpoint } from './network/checkpoints.js';

const context = {
  prefix: 'function add(a, b) {\n  return ',
  suffix: ';\n}\n',
  languageId: 'javascript',
  prefixOffset: 0,
  eol: '\n',
  indentUnit: '  ',
} as const;
const options = {
  steps: 4,
  candidates: 2,
  maxTokens: 12,
  multiline: 'never',
  temperature: 0.9,
  topP: 1,
  seed: 5,
  minConfidence: 0,
  trace: false,
} as const;

interface Tokenizer {
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (string | string[])[] };
}

/** What cannot be spelled becomes U+FFFD, so its bytes stay, as do those of blanks and line ends. */
const KEPT = 'ï¿½ĊĉčĠ';

/** Copies a checkpoint, less the tokens of bytes above ASCII: two in five ids that random weights choose. Answers their ids. */
async function withFewerTokens(source: string, folder: string): Promise<ReadonlySet<number>> {
  await cp(source, folder, { recursive: true });
  const file = path.join(folder, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(file, 'utf8')) as Tokenizer;
  const { vocab, merges } = tokenizer.model;
  const merged = new Set(merges.flat().flatMap((merge) => merge.split(' ')));
  const isGone = (token: string): boolean =>
    token.length === 1 && token > '~' && !KEPT.includes(token) && !merged.has(token);
  const left = Object.entries(vocab).filter(([token]) => !isGone(token));
  await writeFile(
    file,
    JSON.stringify({ ...tokenizer, model: { ...tokenizer.model, vocab: Object.fromEntries(left) } }),
  );
  return new Set(Object.keys(vocab).flatMap((token) => (isGone(token) ? vocab[token]! : [])));
}

/** `model`, whose queries and predictions are told. */
function observed(model: InfillModel, onIds: (ids: readonly number[]) => void): InfillModel {
  return {
    manifest: model.manifest,
    dispose: async () => model.dispose(),
    openContext: async (prefix, suffix) => {
      const opened = await model.openContext(prefix, suffix);
      return {
        encodedTokens: opened.encodedTokens,
        reusedTokens: opened.reusedTokens,
        predict: async (canvases, mix) => {
          for (const { canvas } of canvases) onIds(canvas);
          const answers = await opened.predict(canvases, mix);
          for (const { ids, distribution } of answers.flat()) {
            onIds(ids);
            if (distribution !== undefined)
              onIds([...distribution.keys()].filter((id) => distribution[id]! > -Infinity));
          }
          return answers;
        },
      };
    },
  };
}

/** All ids that are on canvases or predicted while a hole is filled and a selection denoised, once with each sampler. */
async function idsOf(modelPath: string, samplers: readonly SamplerName[]): Promise<ReadonlySet<number>> {
  const seen = new Set<number>();
  const { model, tokenizerPath } = await loadModel(modelPath, { device: 'cpu', threads: 1 });
  const own = observed(model, (ids) => ids.forEach((id) => seen.add(id)));
  const tokenizer = await loadTokenizer(tokenizerPath, model.manifest.vocabularySize);
  const info = { name: 'm', version: '1', license: 'MIT', device: 'cpu', deviceNote: '', threads: 1, loadMs: 0 };
  const engine = Engine.of(own, tokenizer, info);
  try {
    for (const sampler of samplers) {
      const asked = { ...options, sampler };
      await engine.infill({ context, options: asked });
      await engine.denoise({ context, selection: 'left + right * 2', pinned: [], strength: 1, options: asked });
    }
  } finally {
    await engine.dispose();
  }
  return seen;
}

describe('ids that the network has and the tokenizer does not', () => {
  const masked = SAMPLERS.filter((name) => !name.startsWith('sedd-'));
  for (const [name, samplers, count] of [
    ['coda', masked, 12],
    ['llada', masked, 0],
    ['mdlm', SAMPLERS, 0],
    ['sedd', ['sedd-analytic', 'sedd-euler'], 0],
    ['sedd-uniform', ['sedd-analytic', 'sedd-euler'], 0],
  ] as const satisfies readonly [Checkpoint, readonly SamplerName[], number][]) {
    it(`${name}: are never predicted, drawn as noise or written, whatever the sampler`, async () => {
      await withFolder(async (folder) => {
        const source = path.join(folder, 'source');
        const gone = await withFewerTokens(checkpointPath(name), source);
        const [few, all] = [path.join(folder, 'few'), path.join(folder, 'all')];
        const { notes, manifest } = await convertCheckpoint({ source, target: few, precision: 'int8' });
        await convertCheckpoint({ source: checkpointPath(name), target: all, precision: 'int8' });
        const padding = Array.from({ length: count }, (_, i) => manifest.architecture.vocabularySize - 1 - i);
        const unknown = new Set([...gone, ...padding]);
        assert.ok(unknown.size > 100);
        assert.ok(
          notes.includes(
            `The network has ${unknown.size} ids that the tokenizer does not have; they are never chosen.`,
          ),
          notes.join(' '),
        );
        const seen = await idsOf(few, samplers);
        assert.deepEqual(
          [...seen].filter((id) => unknown.has(id)),
          [],
        );
        assert.ok(seen.size > 40);
        // The same network would choose them.
        const usual = await idsOf(all, samplers.slice(0, 1));
        assert.ok([...usual].filter((id) => gone.has(id)).length > 10);
        assert.deepEqual(
          [...usual].filter((id) => padding.includes(id)),
          [],
        );
      });
    });
  }
});
