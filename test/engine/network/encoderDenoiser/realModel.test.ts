import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { contextCacheOf } from '../../../../src/engine/network/encoderDenoiser/contextCacheOf.js';
import { encoderDistribution } from '../../../../src/engine/network/encoderDenoiser/distribution.js';
import { EncoderDenoiser } from '../../../../src/engine/network/encoderDenoiser/encoderDenoiser.js';
import { loadParts } from '../../../../src/engine/network/encoderDenoiser/loadParts.js';
import { readManifest } from '../../../../src/engine/network/folder/manifest.js';
import { asEncoderDenoiser } from '../asKind.js';
import { rmsNorm } from '../../../../src/engine/network/encoderDenoiser/rmsNorm.js';
import { masked } from '../predictions.js';

/** The most likely ids of the model before quantisation, from PyTorch, on real text; see training/oracle/fixtures.py. */
interface Fixture {
  readonly canvas: number;
  readonly snippets: readonly {
    readonly ids: readonly number[];
    readonly cut: number;
    readonly suffixStart: number;
    readonly encoderTop1: readonly number[];
    /** By how many nats the most likely id leads. */
    readonly encoderLead: readonly number[];
    readonly denoiserTop1: readonly number[];
    readonly denoiserLead: readonly number[];
  }[];
}
/** Where two ids are closer than this, either is right. */
const CLEAR_LEAD = 0.2;

const folder = 'models/infill-code-135m';
const manifest = asEncoderDenoiser(await readManifest(folder));
const fixture = JSON.parse(await readFile('test/fixtures/parity/real-top1.json', 'utf8')) as Fixture;

/** How often the int8 model's most likely id is the original's, for encoder and denoiser, on the first `count` snippets. */
async function agreement(
  count: number,
): Promise<{ readonly encoder: number; readonly denoiser: number; readonly text: string }> {
  const parts = await loadParts(folder, manifest, { device: 'cpu', threads: 1 });
  const model = new EncoderDenoiser(parts);
  const cache = contextCacheOf(parts.encoder, manifest);
  const { start, mask, endOfMiddle } = manifest.tokens;
  const tally = { encoder: { same: 0, all: 0 }, denoiser: { same: 0, all: 0 } };
  const add = (part: 'encoder' | 'denoiser', id: number, expected: number, lead: number): void => {
    if (lead < CLEAR_LEAD) return;
    tally[part].same += id === expected ? 1 : 0;
    tally[part].all += 1;
  };
  for (const snippet of fixture.snippets.slice(0, count)) {
    const { cache: prefixCache } = await cache.prefix([start, ...snippet.ids]);
    const { normEpsilon } = manifest.architecture;
    const hidden = prefixCache.tokens.map((_, i) =>
      rmsNorm(prefixCache.hidden(i), parts.rows.encoderNorm, normEpsilon),
    );
    const read = await parts.head.run({ rows: hidden });
    read.rows.forEach((row, i) => {
      const [best] = encoderDistribution(row, mask, endOfMiddle).ids;
      add('encoder', best!, snippet.encoderTop1[i]!, snippet.encoderLead[i]!);
    });
    const context = await model.openContext(snippet.ids.slice(0, snippet.cut), snippet.ids.slice(snippet.suffixStart));
    const [rows] = await context.predict([masked(fixture.canvas)], 0);
    for (const { position, ids } of rows!) {
      add('denoiser', ids[0]!, snippet.denoiserTop1[position]!, snippet.denoiserLead[position]!);
    }
  }
  await model.dispose();
  assert.ok(tally.encoder.all > 1000 && tally.denoiser.all > 150, JSON.stringify(tally));
  const encoder = tally.encoder.same / tally.encoder.all;
  const denoiser = tally.denoiser.same / tally.denoiser.all;
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  const text = `encoder ${percent(encoder)} of ${tally.encoder.all}, denoiser ${percent(denoiser)} of ${tally.denoiser.all}`;
  return { encoder, denoiser, text };
}

describe('the bundled model in int8', () => {
  it('agrees with the original on real text', async (t) => {
    const { encoder, denoiser, text } = await agreement(20);
    t.diagnostic(text);
    assert.ok(encoder > 0.97, text);
    assert.ok(denoiser > 0.97, text);
  });
});
