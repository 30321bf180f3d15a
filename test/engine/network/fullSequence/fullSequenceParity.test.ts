import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { FullSequenceParts } from '../../../../src/engine/network/fullSequence/parts.js';
import type { Precision } from '../../../../src/engine/network/folder/manifest.js';
import { readSafetensorsHeader } from '../../../../src/engine/network/folder/safetensors.js';
import { checkpointPath, CHECKPOINTS } from '../../fixtures.js';
import { expectedOf, withConverted, withFolder, type Checkpoint, type Expected } from '../checkpoints.js';

/** Logits of all rows, [B][L] of [V]; sequences of several noise levels one by one. */
async function logitsOf(parts: FullSequenceParts, { ids, sigma }: Expected): Promise<Float32Array[][]> {
  const isTold = parts.manifest.architecture.timeInput === 'sigma';
  const everything = (sequences: Expected['ids']): number[][] => sequences.map((own) => own.map((_, row) => row));
  const run = async (sequences: Expected['ids'], level: number | undefined): Promise<Float32Array[][]> => {
    const { hidden } = await parts.network.run({ sequences, wanted: everything(sequences), sigma: level });
    const logits = await parts.vocabulary.logits(hidden);
    return sequences.map((own, b) => logits.slice(b * own.length, (b + 1) * own.length));
  };
  if (!isTold) return run(ids, undefined);
  const answers: Float32Array[][] = [];
  for (const [b, sequence] of ids.entries()) answers.push(...(await run([sequence], sigma![b])));
  return answers;
}

interface Agreement {
  /** Largest difference of two logits. */
  readonly worst: number;
  /** Root of the mean squared difference, as a share of the logits' own spread. */
  readonly relative: number;
  /** Share of rows with the same most likely id. */
  readonly top1: number;
}

function agreement(found: readonly (readonly Float32Array[])[], expected: Expected['logits']): Agreement {
  const rows = expected.flat();
  let [worst, squares, spread, same] = [0, 0, 0, 0];
  found.flat().forEach((row, r) => {
    const own = rows[r]!;
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    for (const [id, value] of row.entries()) {
      const difference = Math.abs(value - own[id]!);
      worst = Math.max(worst, difference);
      squares += difference ** 2;
      spread += (own[id]! - mean) ** 2;
    }
    same += row.indexOf(Math.max(...row)) === own.indexOf(Math.max(...own)) ? 1 : 0;
  });
  return { worst, relative: Math.sqrt(squares / spread), top1: same / rows.length };
}

async function measure(name: Checkpoint, precision: Precision, source?: string): Promise<Agreement> {
  const expected = await expectedOf(name);
  return withConverted(
    name,
    precision,
    async (parts) => agreement(await logitsOf(parts, expected), expected.logits),
    undefined,
    source,
  );
}

describe('converted checkpoints compute what the independent networks compute', () => {
  for (const name of CHECKPOINTS) {
    it(`${name} in fp32: logits within 1e-4`, async () => {
      const { worst } = await measure(name, 'fp32');
      assert.ok(worst < 1e-4, `differs by ${worst}`);
    });
  }

  it("coda's head is its own: with the embedding in its place, as loaders that tie it have it, all logits are others", async () => {
    await withFolder(async (folder) => {
      const source = path.join(folder, 'tied');
      await cp(checkpointPath('coda'), source, { recursive: true });
      const file = path.join(source, 'model.safetensors');
      const { tensors: header } = await readSafetensorsHeader(file);
      const [head, embedding] = [header.get('lm_head.weight')!, header.get('model.embed_tokens.weight')!];
      const bytes = await readFile(file);
      bytes.copy(bytes, head.offset, embedding.offset, embedding.offset + embedding.bytes);
      await writeFile(file, bytes);
      const { worst, top1 } = await measure('coda', 'fp32', source);
      assert.ok(worst > 1 && top1 < 0.2, `differs by ${worst}, top-1 agreement ${top1}`);
    });
  });

  // Random weights are harder than trained ones: many logits are nearly alike, so agreement counts over all checkpoints. Measured:
  // relative errors of at most 0.058 and 0.38, agreement of 0.95 and 0.66.
  const bounds = { int8: { relative: 0.1, top1: 0.9 }, int4: { relative: 0.5, top1: 0.55 } } as const;
  for (const precision of ['int8', 'int4'] as const) {
    const shares: number[] = [];
    for (const name of CHECKPOINTS) {
      it(`${name} in ${precision}: the same but for rounding`, async (test) => {
        const { relative, top1 } = await measure(name, precision);
        test.diagnostic(`relative error ${relative.toFixed(4)}, top-1 agreement ${top1.toFixed(3)}`);
        assert.ok(relative < bounds[precision].relative, `relative error ${relative}`);
        shares.push(top1);
      });
    }
    it(`${precision} names the same most likely tokens`, () => {
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      assert.ok(mean >= bounds[precision].top1, `${mean}`);
    });
  }
});
