import assert from 'node:assert/strict';
import { mkdtemp, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { type ModelWeights } from '../../../../src/engine/network/folder/weights.js';
import { EmbeddingTable } from '../../../../src/engine/network/vocabulary/embeddingTable.js';
import { openForeignFile, readExactlyInto } from '../../../../src/engine/files/foreignFile.js';

const HIDDEN = 5;
const VOCABULARY = 20_000;

/** What stands in the table for a component of a token, before its scale. */
const stored = (component: number, id: number): number => ((component * 31 + id * 7) % 255) - 127;
const scale = (id: number): number => 1 + (id % 3);
const expected = (id: number): number[] => Array.from({ length: HIDDEN }, (_, c) => stored(c, id) * scale(id));

/** A table in a file of its own, and how many reads it took so far. */
async function tableOf(precision: 'int8' | 'fp32'): Promise<{
  readonly file: string;
  readonly table: EmbeddingTable;
  readonly reads: () => number;
  readonly isOpen: () => boolean;
}> {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'infill-embedding-')), 'table');
  const values = Array.from({ length: HIDDEN * VOCABULARY }, (_, i) => {
    const [component, id] = [Math.floor(i / VOCABULARY), i % VOCABULARY];
    return stored(component, id) * (precision === 'fp32' ? scale(id) : 1);
  });
  await writeFile(file, precision === 'int8' ? Int8Array.from(values) : Float32Array.from(values));
  const { handle } = await openForeignFile(file);
  let reads = 0;
  let isOpen = true;
  const weights = {
    manifest: {
      architecture: { hiddenSize: HIDDEN, vocabularySize: VOCABULARY },
      weights: { precision },
    },
    readFloats: () => Promise.resolve(Float32Array.from({ length: VOCABULARY }, (_, id) => scale(id))),
    openTensor: () =>
      Promise.resolve({
        readInto: (target: Uint8Array, offset: number) => {
          reads++;
          readExactlyInto(handle, target, offset, file);
        },
        close: async () => {
          isOpen = false;
          await handle.close();
        },
      }),
  } as unknown as ModelWeights;
  const table = await EmbeddingTable.load(weights);
  after(() => table.close());
  return { file, table, reads: () => reads, isOpen: () => isOpen };
}

describe('the table of embeddings', () => {
  for (const precision of ['int8', 'fp32'] as const) {
    it(`gives the rows of common and rare ids, one at a time and many together: ${precision}`, async () => {
      const { table } = await tableOf(precision);
      for (const id of [0, 8191, 8192, 12_345, VOCABULARY - 1]) assert.deepEqual([...table.row(id)], expected(id));
      const ids = [19_999, 3, 8192, 3, 10_000, 10_001, 10_002, 15_000, 9000];
      assert.deepEqual([...table.rows(ids)], ids.flatMap(expected));
      assert.deepEqual([...table.rows([])], []);
    });
  }

  it('reads a rare row once, and a common one never', async () => {
    const { table, reads } = await tableOf('int8');
    const loaded = reads();
    table.rows([1, 2, 8000]);
    assert.equal(reads(), loaded);
    table.row(9000);
    assert.equal(reads(), loaded + HIDDEN);
    table.rows([9000, 5, 9000]);
    assert.equal(reads(), loaded + HIDDEN);
  });

  it('forgets rows when there are too many, and is right all the same', async () => {
    const { table, reads } = await tableOf('int8');
    const many = Array.from({ length: 4000 }, (_, i) => 8192 + i);
    assert.deepEqual([...table.rows(many)], many.flatMap(expected));
    // One that is known comes with more new ones than there is room for.
    const others = [8192, ...Array.from({ length: 200 }, (_, i) => 15_000 + i)];
    assert.deepEqual([...table.rows(others)], others.flatMap(expected));
    const before = reads();
    assert.deepEqual([...table.row(8193)], expected(8193));
    assert.equal(reads(), before + HIDDEN);
  });

  it('refuses what is no token', async () => {
    const { table } = await tableOf('int8');
    for (const id of [-1, 0.5, VOCABULARY, Number.NaN]) assert.throws(() => table.row(id), RangeError);
  });

  it('says which file is damaged where a row is not there any more', async () => {
    const { table, file } = await tableOf('int8');
    await truncate(file, VOCABULARY);
    assert.throws(() => table.row(9000), { code: 'model-corrupt' });
    assert.deepEqual([...table.row(5)], expected(5));
  });

  it('gives its file back', async () => {
    const { table, isOpen } = await tableOf('int8');
    assert.equal(isOpen(), true);
    await table.close();
    assert.equal(isOpen(), false);
    assert.throws(() => table.row(9000));
  });
});
