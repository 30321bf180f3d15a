import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Engine } from '../../src/engine/engine.js';
import { convertCheckpoint } from '../../src/modelStore/convert/convertCheckpoint.js';
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
  steps: 6,
  candidates: 2,
  maxTokens: 8,
  multiline: 'never',
  temperature: 0.7,
  topP: 1,
  seed: 3,
  minConfidence: 0,
  trace: false,
} as const;

describe('a converted checkpoint in the engine', () => {
  for (const [name, precision, sampler] of [
    ['llada', 'int8', 'llada-low-confidence'],
    ['dream', 'int4', 'dream-entropy'],
    ['open-dcoder', 'int8', 'entropy-bound'],
    ['a2d-qwen3', 'fp32', 'entropy-bound'],
    ['mdlm', 'int8', 'mdlm-ancestral'],
    ['sedd', 'int8', undefined],
    ['sedd-uniform', 'fp32', undefined],
  ] as const satisfies readonly [Checkpoint, string, string | undefined][]) {
    it(`${name} in ${precision} fills a hole, and the same seed fills it alike`, async () => {
      await withFolder(async (folder) => {
        const modelPath = path.join(folder, name);
        await convertCheckpoint({ source: checkpointPath(name), target: modelPath, precision });
        const engine = await Engine.load({ modelPath, device: 'cpu', threads: 1 });
        try {
          assert.equal(engine.info.name, name);
          const request = { context, options: { ...options, ...(sampler === undefined ? {} : { sampler }) } };
          const outcome = await engine.infill(request);
          const again = await engine.infill(request);
          // Random weights write anything; what they write must be text, and nothing but a text or a stated reason.
          assert.ok(outcome.report.stepsUsed > 0, JSON.stringify(outcome));
          if (outcome.kind === 'infill') {
            assert.ok(outcome.candidates[0]!.text.length > 0);
            assert.ok(again.kind === 'infill');
            assert.deepEqual(
              again.candidates.map(({ text }) => text),
              outcome.candidates.map(({ text }) => text),
            );
          } else {
            assert.ok(['empty', 'low-confidence', 'repetition', 'filtered'].includes(outcome.reason), outcome.reason);
          }
        } finally {
          await engine.dispose();
        }
      });
    });
  }
});

describe('an engine whose model keeps its context between steps', () => {
  for (const contextCache of ['prefix', 'dual'] as const) {
    it(`${contextCache}: int8 fills a hole for several candidates, and the same seed fills it alike`, async () => {
      await withFolder(async (folder) => {
        const modelPath = path.join(folder, 'dream');
        const source = checkpointPath('dream');
        await convertCheckpoint({ source, target: modelPath, precision: 'int8', answers: { contextCache } });
        const engine = await Engine.load({ modelPath, device: 'cpu', threads: 1 });
        try {
          const request = { context, options: { ...options, trace: true } };
          const outcomes = [await engine.infill(request), await engine.infill(request)];
          const steps = outcomes.map(({ report }) => report.trace!.map(({ commits, canvas }) => ({ commits, canvas })));
          assert.ok(steps[0]!.length > 1, JSON.stringify(outcomes[0]));
          assert.deepEqual(steps[0], steps[1]);
        } finally {
          await engine.dispose();
        }
      });
    });
  }
});

describe('Denoise Selection with a converted checkpoint', () => {
  for (const [name, sampler] of [
    ['llada', 'llada-low-confidence'],
    ['open-dcoder', 'entropy-bound'],
    ['diffugpt', 'entropy-bound'],
    ['mdlm', 'mdlm-ancestral'],
    ['sedd', undefined],
    ['sedd-uniform', undefined],
  ] as const satisfies readonly [Checkpoint, string | undefined][]) {
    it(`${name} rewrites some of what is not pinned, and the same seed rewrites it alike`, async () => {
      await withFolder(async (folder) => {
        const modelPath = path.join(folder, name);
        await convertCheckpoint({ source: checkpointPath(name), target: modelPath, precision: 'fp32' });
        const engine = await Engine.load({ modelPath, device: 'cpu', threads: 1 });
        try {
          const selection = 'left + right * 2';
          const pinned = [{ start: 0, end: 4 }];
          const changedWith = async (strength: number): Promise<number> => {
            let changed = 0;
            for (let seed = 0; seed < 4; seed++) {
              const own = { ...options, candidates: 1, seed, ...(sampler === undefined ? {} : { sampler }) };
              const request = { context, selection, pinned, strength, options: own };
              const outcome = await engine.denoise(request);
              const again = await engine.denoise(request);
              assert.deepEqual({ ...again, report: undefined }, { ...outcome, report: undefined });
              changed += outcome.refused?.length ?? 0;
              if (outcome.kind === 'none') {
                assert.equal(outcome.reason, 'not-likelier', outcome.detail);
                continue;
              }
              assert.ok(outcome.text.startsWith('left'), outcome.text);
              for (const { confidence } of outcome.tokens) assert.ok(confidence >= 0 && confidence <= 1);
              assert.equal(outcome.tokens.map(({ text }) => text).join(''), outcome.text);
              changed += outcome.changes.length;
            }
            return changed;
          };
          // Random weights: a longer run of their tokens is seldom text, and what breaks brackets and lines is refused.
          assert.ok((await changedWith(0.1)) + (await changedWith(1)) > 0);
        } finally {
          await engine.dispose();
        }
      });
    });
  }
});
