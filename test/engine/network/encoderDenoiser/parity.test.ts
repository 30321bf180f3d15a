import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { LoadedModel } from '../../../../src/engine/network/loadModel.js';
import { type Closeness, Differences, type Listed } from '../differences.js';
import { inexact, loadTiny, TINY_MODELS } from '../../tinyModels.js';

/** What training/oracle/fixtures.py writes: answers of the PyTorch reference for a tiny random model. */
interface Fixture {
  readonly closeness: Closeness;
  readonly contexts: readonly ContextFixture[];
}
interface ContextFixture {
  readonly name: string;
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  readonly score: Listed;
  readonly queries: readonly Query[];
  readonly absorb: readonly { readonly tokens: readonly number[]; readonly queries: readonly Query[] }[];
}
interface Query {
  readonly canvas: readonly number[];
  readonly positions: readonly number[];
  readonly encoderMix: number;
  readonly allowedFirst?: readonly number[];
  readonly wantEncoder?: boolean;
  readonly rows: readonly (Listed & { readonly position: number; readonly entropy: number })[];
  readonly encoder?: Listed;
}

for (const [name, { precision, weightSign }] of Object.entries(TINY_MODELS)) {
  describe(`parity with PyTorch, ${name}`, { skip: inexact(weightSign) }, () => {
    let loaded: LoadedModel;
    let fixture: Fixture;
    before(async () => {
      fixture = JSON.parse(await readFile(`test/fixtures/parity/model-${precision}.json`, 'utf8')) as Fixture;
      loaded = await loadTiny(name);
    });
    after(async () => loaded.model.dispose());

    it('predicts the same distributions, appends, and scores tokens', async (t) => {
      const differences = new Differences();
      for (const context of fixture.contexts) {
        await t.test(context.name, async () => checkContext(loaded, context, differences));
      }
      differences.check(fixture.closeness);
      t.diagnostic(differences.describe());
    });
  });
}

async function checkContext({ model }: LoadedModel, fixture: ContextFixture, differences: Differences): Promise<void> {
  const scores = await model.encoder!.scoreTokens(fixture.prefix, fixture.score.ids);
  fixture.score.logProbs.forEach((logProb, index) => differences.add(scores[index]!, logProb));
  const context = await model.openContext(fixture.prefix, fixture.suffix);
  const ask = async (queries: readonly Query[]): Promise<void> => {
    for (const { rows, encoder, encoderMix, ...query } of queries) {
      const [answer] = await context.predict([query], encoderMix);
      assert.equal(answer!.length, rows.length);
      rows.forEach((row, index) => {
        differences.addList(answer![index]!, row);
        assert.equal(answer![index]!.position, row.position);
        differences.add(answer![index]!.entropy, row.entropy);
      });
      assert.equal(answer![0]?.encoder === undefined, encoder === undefined);
      if (encoder !== undefined) differences.addList(answer![0]!.encoder!, encoder);
    }
  };
  await ask(fixture.queries);
  for (const { tokens, queries } of fixture.absorb) {
    await context.encoder!.append(tokens);
    await ask(queries);
  }
}
