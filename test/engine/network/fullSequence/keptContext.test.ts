import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FullSequenceModel } from '../../../../src/engine/network/fullSequence/fullSequenceModel.js';
import type { ContextCacheMode } from '../../../../src/shared/modelImport.js';
import type { FullSequenceParts } from '../../../../src/engine/network/fullSequence/parts.js';
import { NO_TOKEN, type CanvasQuery } from '../../../../src/engine/contract/model.js';
import type { NetworkBatch } from '../../../../src/engine/network/fullSequence/networkRunner.js';
import { withConverted, type Checkpoint } from '../checkpoints.js';

const PREFIX = [10, 11, 12, 13, 14, 15];
const SUFFIX = [20, 21, 22, 23, 24];
const CANVAS = 4;
/** What stands on the canvas when it is full. */
const WRITTEN = [30, 31, 32, 33];

interface Options {
  readonly contextCache: ContextCacheMode;
  readonly contextRefresh: number;
  readonly layers?: number;
}

interface Run {
  /** Full distributions [step][canvas][position] of [V], mask left out. */
  readonly distributions: readonly (readonly (readonly Float32Array[])[])[];
  /** Rows that the network computed in each step, all canvases together. */
  readonly rows: readonly number[];
}

/** Counts the rows that go through the network. */
function counted(parts: FullSequenceParts): { readonly parts: FullSequenceParts; readonly takeRows: () => number } {
  let rows = 0;
  const run = (batch: NetworkBatch): ReturnType<FullSequenceParts['network']['run']> => {
    rows += batch.sequences.flat().length;
    return parts.network.run(batch);
  };
  return { parts: { ...parts, network: { run } }, takeRows: () => [rows, (rows = 0)][0]! };
}

/** Predicts everything on canvases that are filled from the left (canvas 0) and from the right (canvas 1). */
function run(name: Checkpoint, { layers, ...recommended }: Options, prefix = PREFIX): Promise<Run> {
  return withConverted(
    name,
    'fp32',
    async (loaded) => {
      const { parts, takeRows } = counted(loaded);
      const mask = parts.manifest.tokens.mask!;
      const context = await new FullSequenceModel(parts).openContext(prefix, SUFFIX);
      const positions = WRITTEN.map((_, position) => position);
      const distributions = [];
      const rows = [];
      for (let step = 0; step <= CANVAS; step++) {
        const canvases = [
          WRITTEN.map((id, i) => (i < step ? id : mask)),
          WRITTEN.map((id, i) => (CANVAS - i <= step ? id : mask)),
        ];
        const noise = { t: 0.5, sigma: 0.5 };
        const queries = canvases.map((canvas): CanvasQuery => ({ canvas, positions, wantDistribution: true, noise }));
        const answers = await context.predict(queries, 0);
        distributions.push(
          answers.map((canvas) => canvas.map((row) => row.distribution!.filter((_, id) => id !== mask))),
        );
        rows.push(takeRows());
      }
      return { distributions, rows };
    },
    (manifest) => ({
      ...manifest,
      recommended: { ...manifest.recommended, ...recommended },
      architecture: { ...manifest.architecture, layers: layers ?? manifest.architecture.layers },
    }),
  );
}

type Step = Run['distributions'][number];

/** The differences of two steps' log-probabilities. */
function differences(a: Step, b: Step): number[] {
  return a.flatMap((canvas, l) =>
    canvas.flatMap((row, r) => Array.from(row, (log, id) => Math.abs(log - b[l]![r]![id]!))),
  );
}

/** The largest difference in each step. */
function worst(a: Run, b: Run): number[] {
  return a.distributions.map((step, s) =>
    differences(step, b.distributions[s]!).reduce((most, value) => Math.max(most, value), 0),
  );
}

/** `work`, done when it is first asked for. */
function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => (done ??= { value: work() }).value;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const EXACT = { contextCache: 'exact', contextRefresh: 1 } as const;
/** Unshifted, shifted, with learned positions, modulated. */
const NETWORKS = ['llada', 'open-dcoder', 'diffugpt', 'mdlm'] as const satisfies readonly Checkpoint[];

describe('kept keys and values of the context', () => {
  for (const name of NETWORKS) {
    const exact = once(() => run(name, EXACT));
    const exactOfOneLayer = once(() => run(name, { ...EXACT, layers: 1 }));
    for (const contextCache of ['prefix', 'dual'] as const) {
      it(`${name}, ${contextCache}: computed anew in every step, answers are exact`, async () => {
        const kept = await run(name, { contextCache, contextRefresh: 1 });
        assert.ok(Math.max(...worst(kept, await exact())) < 1e-4);
        assert.deepEqual(kept.rows, (await exact()).rows);
      });

      it(`${name}, ${contextCache}: in a network of one layer they are those of any canvas`, async () => {
        const kept = await run(name, { contextCache, contextRefresh: 100, layers: 1 });
        const flat = await exactOfOneLayer();
        assert.ok(Math.max(...worst(kept, flat)) < 1e-4, worst(kept, flat).join());
        assert.ok(kept.rows[1]! < flat.rows[1]!);
      });

      it(`${name}, ${contextCache}: in a deeper one answers differ until the next refresh, less than by standing still`, async (test) => {
        const kept = await run(name, { contextCache, contextRefresh: 3 });
        const { distributions } = await exact();
        const off = distributions.map((step, s) => mean(differences(kept.distributions[s]!, step)));
        test.diagnostic(`log-probabilities differ by ${off.map((value) => value.toFixed(4)).join(', ')} in the mean`);
        for (const fresh of [0, 3]) assert.ok(off[fresh]! < 1e-5, off.join());
        for (const [stale, fresh] of [
          [1, 0],
          [2, 0],
          [4, 3],
        ] as const) {
          const still = mean(differences(distributions[fresh]!, distributions[stale]!));
          assert.ok(off[stale]! > 1e-4 && off[stale]! < still / 2, `${off[stale]!} or ${still}`);
        }
      });
    }
  }

  it('the rows that a step computes are the canvas, and what else the network needs', async () => {
    const rowsOf = async (name: Checkpoint, contextCache: ContextCacheMode): Promise<readonly number[]> =>
      (await run(name, { contextCache, contextRefresh: 3 })).rows;
    const all = 2 * (PREFIX.length + CANVAS + SUFFIX.length);
    const dual = 2 * CANVAS;
    const prefix = 2 * (CANVAS + SUFFIX.length);
    assert.deepEqual(await rowsOf('llada', 'dual'), [all, dual, dual, all, dual]);
    assert.deepEqual(await rowsOf('llada', 'prefix'), [all, prefix, prefix, all, prefix]);
    // Its first canvas token is predicted by the row before it.
    assert.deepEqual(await rowsOf('open-dcoder', 'dual'), [all, dual + 2, dual + 2, all, dual + 2]);
  });

  it('without a prefix a shifted network computes the same', async () => {
    const kept = await run('open-dcoder', { contextCache: 'dual', contextRefresh: 100, layers: 1 }, []);
    assert.ok(Math.max(...worst(kept, await run('open-dcoder', { ...EXACT, layers: 1 }, []))) < 1e-4);
  });

  it('a canvas of another length has the whole sequence computed anew, and no other', async () => {
    await withConverted(
      'llada',
      'fp32',
      async (loaded) => {
        const { parts, takeRows } = counted(loaded);
        const mask = parts.manifest.tokens.mask!;
        const context = await new FullSequenceModel(parts).openContext(PREFIX, SUFFIX);
        const around = PREFIX.length + SUFFIX.length;
        const rowsFor = async (...canvases: number[][]): Promise<number> => {
          await context.predict(
            canvases.map((canvas) => ({ canvas, positions: [0] })),
            0,
          );
          return takeRows();
        };
        assert.equal(await rowsFor([mask, mask], [mask, mask]), 2 * (around + 2));
        assert.equal(await rowsFor([mask, 5], [mask, 5]), 2 * 2);
        assert.equal(await rowsFor([mask, 5, mask], [mask, 5]), around + 3 + 2);
        assert.equal(await rowsFor([mask, 5, 6], [mask, NO_TOKEN]), 3 + around + 1);
      },
      (manifest) => ({
        ...manifest,
        recommended: { ...manifest.recommended, contextCache: 'dual', contextRefresh: 100 },
      }),
    );
  });
});
