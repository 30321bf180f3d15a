import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { ActivationRange } from '../../../src/engine/model/graph/int8Arithmetic.js';
import { EncoderDenoiser } from '../../../src/engine/model/encoderDenoiser.js';
import { loadParts } from '../../../src/engine/model/loadParts.js';
import { readManifest } from '../../../src/engine/model/manifest.js';
import { masked } from './predictions.js';

/** The most likely ids of the model before quantisation, from PyTorch, on real text; see training/fixtures.py. */
interface Fixture {
  readonly canvas: number;
  readonly snippets: readonly {
    readonly ids: readonly number[];
    readonly cut: number;
    readonly suffixStart: number;
    readonly encoderTop1: readonly number[];
    /** By how many nats the most likely id leads. */
    readonly encoderLead?: readonly number[];
    readonly denoiserTop1: readonly number[];
    readonly denoiserLead?: readonly number[];
  }[];
}
/** Where two ids are closer than this, either is right. */
const CLEAR_LEAD = 0.2;
const SNIPPETS = 12;
const POSITIONS = 24;

const folder = 'models/infill-code-135m';
const manifest = await readManifest(folder);
const fixture = JSON.parse(await readFile('test/fixtures/parity/real-top1.json', 'utf8')) as Fixture;

/** How often the int8 model's most likely id is the original's, for encoder and denoiser. */
async function agreement(range?: ActivationRange): Promise<{ readonly encoder: number; readonly denoiser: number }> {
  const options = { device: 'cpu', threads: 2, ...(range === undefined ? {} : { activationRange: range }) } as const;
  const model = new EncoderDenoiser(await loadParts(folder, manifest, options));
  const tally = { encoder: [0, 0], denoiser: [0, 0] };
  const count = (part: 'encoder' | 'denoiser', id: number, expected: number, lead: number): void => {
    if (lead < CLEAR_LEAD) return;
    tally[part][0]! += id === expected ? 1 : 0;
    tally[part][1]! += 1;
  };
  for (const snippet of fixture.snippets.slice(0, SNIPPETS)) {
    // From the end, so that every prefix is already there.
    const first = snippet.ids.length - POSITIONS;
    for (let length = snippet.ids.length; length > first; length--) {
      const context = await model.openContext(snippet.ids.slice(0, length), [], 1);
      const [rows] = await context.predict([{ ...masked(1), wantEncoder: true }], 0);
      count('encoder', rows![0]!.encoder!.ids[0]!, snippet.encoderTop1[length]!, snippet.encoderLead?.[length] ?? 1);
    }
    const context = await model.openContext(
      snippet.ids.slice(0, snippet.cut),
      snippet.ids.slice(snippet.suffixStart),
      1,
    );
    const [rows] = await context.predict([masked(fixture.canvas)], 0);
    for (const { position, ids } of rows!) {
      count('denoiser', ids[0]!, snippet.denoiserTop1[position]!, snippet.denoiserLead?.[position] ?? 1);
    }
  }
  await model.dispose();
  assert.ok(tally.encoder[1]! > 150 && tally.denoiser[1]! > 150, JSON.stringify(tally));
  return { encoder: tally.encoder[0]! / tally.encoder[1]!, denoiser: tally.denoiser[0]! / tally.denoiser[1]! };
}

describe('the bundled model in int8', () => {
  it('agrees with the original on real text', async (t) => {
    const { encoder, denoiser } = await agreement(127);
    t.diagnostic(`encoder ${(encoder * 100).toFixed(1)} %, denoiser ${(denoiser * 100).toFixed(1)} %`);
    assert.ok(encoder > 0.97, `encoder ${encoder}`);
    assert.ok(denoiser > 0.97, `denoiser ${denoiser}`);
  });

  it('stays useful where activations have 7 bits', async (t) => {
    const { encoder, denoiser } = await agreement(63);
    t.diagnostic(`encoder ${(encoder * 100).toFixed(1)} %, denoiser ${(denoiser * 100).toFixed(1)} %`);
    assert.ok(encoder > 0.9, `encoder ${encoder}`);
    assert.ok(denoiser > 0.9, `denoiser ${denoiser}`);
  });
});
