import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { loadModel, type LoadedModel } from '../../../../src/engine/network/loadModel.js';
import type { Prediction } from '../../../../src/engine/contract/model.js';
import { TINY_WITH_ENCODER } from '../../fixtures.js';
import { Comparisons, masked, TOLERANCE } from '../predictions.js';

const LIMITS = { prefix: 64, suffix: 32 };
/** Decoys are made of ids that no generated text has, so all that they share with one is the start token. */
const DECOYS = [100, 101];
const id = fc.integer({ min: 200, max: 260 });

type Edit =
  | { readonly kind: 'type'; readonly ids: readonly number[] }
  | { readonly kind: 'delete'; readonly count: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'switch' }
  | { readonly kind: 'suffix'; readonly ids: readonly number[] }
  | { readonly kind: 'score'; readonly ids: readonly number[] }
  | { readonly kind: 'append'; readonly ids: readonly number[] }
  | { readonly kind: 'turns'; readonly lengths: readonly number[] };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('type' as const), ids: fc.array(id, { minLength: 1, maxLength: 5 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  fc.record({ kind: fc.constant('jump' as const), to: fc.nat(60) }),
  fc.record({ kind: fc.constant('switch' as const) }),
  fc.record({ kind: fc.constant('suffix' as const), ids: fc.array(id, { maxLength: LIMITS.suffix }) }),
  fc.record({ kind: fc.constant('score' as const), ids: fc.array(id, { minLength: 1, maxLength: 6 }) }),
  fc.record({ kind: fc.constant('append' as const), ids: fc.array(id, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('turns' as const), lengths: fc.array(fc.nat(60), { minLength: 1, maxLength: 5 }) }),
);

for (const { name, kind, precision, folder } of TINY_WITH_ENCODER) {
  describe(`context cache, ${name}`, () => {
    // The first row of the middle takes the place of the prefix's last one, and what is appended sees the suffix.
    const lastIsReadAgain = kind === 'one-network';
    const again = lastIsReadAgain ? 1 : 0;
    let warm: LoadedModel;
    /** Keeps more prefixes, as a server does. */
    let roomy: LoadedModel;
    let cold: LoadedModel;
    before(async () => {
      warm = await loadModel(folder, { device: 'cpu', threads: 1 });
      roomy = await loadModel(folder, { device: 'cpu', threads: 1, kept: 4 });
      cold = await loadModel(folder, { device: 'cpu', threads: 1 });
    });
    after(async () => {
      await warm.model.dispose();
      await roomy.model.dispose();
      await cold.model.dispose();
    });

    async function fromScratch(
      prefix: readonly number[],
      suffix: readonly number[],
      appended: readonly number[] = [],
    ): Promise<readonly Prediction[]> {
      for (const decoy of DECOYS) await cold.model.openContext(Array<number>(30).fill(decoy), [decoy]);
      for (const decoy of DECOYS) await cold.model.openContext([decoy], [decoy, decoy]);
      const context = await cold.model.openContext(prefix, suffix);
      assert.ok(context.reusedTokens <= 1, `${context.reusedTokens} tokens were reused`);
      if (appended.length > 0) await context.encoder!.append(appended);
      return (await context.predict([masked(5)], 0.5))[0]!;
    }

    for (const [how, used] of [
      ['', () => warm],
      [', where many prefixes are kept', () => roomy],
    ] as const) {
      it(`answers after any edits as from scratch${how}`, () => answersAfterEdits(used()));
    }

    async function answersAfterEdits(warm: LoadedModel): Promise<void> {
      const comparisons = new Comparisons(TOLERANCE[precision]);
      const files = fc.array(fc.array(id, { maxLength: LIMITS.prefix }), { minLength: 2, maxLength: 2 });
      await fc.assert(
        fc.asyncProperty(files, fc.array(edit, { minLength: 1, maxLength: 8 }), async (texts, edits) => {
          const prefixes = texts.map((text) => [...text]);
          let suffix: readonly number[] = [];
          for (const action of edits) {
            let prefix = prefixes[0]!;
            if (action.kind === 'type') prefix = [...prefix, ...action.ids].slice(0, LIMITS.prefix);
            if (action.kind === 'delete') prefix = prefix.slice(0, Math.max(0, prefix.length - action.count));
            if (action.kind === 'jump') prefix = prefix.slice(0, action.to);
            if (action.kind === 'suffix') suffix = action.ids;
            prefixes[0] = prefix;
            if (action.kind === 'switch') prefixes.reverse();
            prefix = prefixes[0]!;
            if (action.kind === 'score') {
              // The answer counts for nothing here; that it leaves the context alone does.
              const context = await warm.model.openContext(prefix, suffix);
              const expected = await fromScratch(prefix, suffix);
              await warm.model.encoder!.scoreTokens(prefix.slice(0, 10), action.ids);
              await warm.model.encoder!.scoreTokens(prefix, action.ids);
              comparisons.add((await context.predict([masked(5)], 0.5))[0]!, expected, 'while scoring');
            }
            if (action.kind === 'turns') {
              await warm.model.inTurns!(async () => {
                for (const length of action.lengths) {
                  const turn = await warm.model.openContext(prefix.slice(0, length), [...suffix.slice(0, 20), length]);
                  await turn.encoder!.append([200 + length]);
                  await turn.predict([masked(5)], 0.5);
                }
              });
            }
            const context = await warm.model.openContext(prefix, suffix);
            if (action.kind === 'append') {
              await context.encoder!.append(action.ids);
              if (!lastIsReadAgain) prefix = [...prefix, ...action.ids];
              if (prefix.length > LIMITS.prefix) continue;
            }
            const answer = (await context.predict([masked(5)], 0.5))[0]!;
            const expected = await fromScratch(
              prefix,
              suffix,
              action.kind === 'append' && lastIsReadAgain ? action.ids : [],
            );
            // What a request appends is read in other passes than a prefix is.
            if (action.kind === 'append' && !lastIsReadAgain) {
              comparisons.add(answer, expected, JSON.stringify(action));
            } else {
              comparisons.addExact(answer, expected, JSON.stringify(action));
            }
          }
        }),
        { numRuns: 25 },
      );
      comparisons.check(30);
    }

    it('keeps so many prefixes, and copies what one shares with a longer one', async () => {
      const file = (start: number): number[] => Array.from({ length: 60 }, (_, i) => start + i);
      const open = async (ids: readonly number[]): Promise<number> =>
        (await roomy.model.openContext(ids, [401])).encodedTokens;
      const files = [200, 260, 320, 380].map(file);
      for (const ids of files) await open(ids);
      for (const ids of files) assert.equal(await open(ids), again, 'all four are kept');
      const [first] = files as [number[]];
      assert.ok((await open([...first.slice(0, 32), ...file(440).slice(0, 20)])) < 53, 'what it shares is copied');
      assert.equal(await open(first), again, 'the longer one stays');
      for (const ids of files.slice(2)) assert.equal(await open(ids), again, 'and those used lately');
      assert.ok((await open(files[1]!)) > 50, 'the one unused for longest went');
    });

    it('encodes only what is new', async () => {
      const prefix = Array.from({ length: 60 }, (_, i) => 300 + i);
      const suffix = [400, 401, 402];
      const open = async (before: readonly number[], behind: readonly number[]): Promise<readonly [number, number]> => {
        const { encodedTokens, reusedTokens } = await warm.model.openContext(before, behind);
        return [encodedTokens, reusedTokens];
      };
      await open(prefix, suffix);
      assert.deepEqual(await open(prefix, suffix), [again, 65 - again], 'the same again');
      assert.deepEqual(await open([...prefix, 370], suffix), [1 + again, 65 - again], 'one token typed');
      assert.deepEqual(await open(prefix.slice(0, 45), suffix), [again, 50 - again], 'cursor moved back');
      assert.deepEqual(await open(prefix.slice(0, 45), [410]), [2 + again, 46 - again], 'another suffix');
      assert.deepEqual(await open(prefix.slice(0, 45), suffix), [again, 50 - again], 'and the first again');
      const [encoded] = await open(prefix.slice(0, 32), suffix);
      assert.ok(encoded >= 32, 'what was in a longer block is read again');
    });

    it('does not start over at every switch between two files', async () => {
      const one = Array.from({ length: 40 }, (_, i) => 300 + i);
      const two = Array.from({ length: 40 }, (_, i) => 400 + i);
      await warm.model.openContext(one, []);
      await warm.model.openContext(two, []);
      for (let round = 0; round < 3; round++) {
        for (const file of [one, two]) {
          file.push(500);
          assert.equal((await warm.model.openContext(file, [])).encodedTokens, 1 + again);
        }
      }
    });

    it('reads of contexts that take turns what none before them had, and keeps the longer ones', async () => {
      const document = Array.from({ length: 60 }, (_, i) => 300 + i);
      await warm.model.openContext([7, 7, 7], []); // knows nothing of the document
      await warm.model.inTurns!(async () => {
        const open = async (length: number, suffix: readonly number[]): Promise<number> => {
          const context = await warm.model.openContext(document.slice(0, length), suffix);
          const answer = (await context.predict([masked(5)], 0.5))[0]!;
          comparisons.add(answer, await fromScratch(document.slice(0, length), suffix), String(length));
          await context.encoder!.append([document[length]!, 250]);
          await context.predict([masked(5)], 0.5);
          return context.encodedTokens;
        };
        const comparisons = new Comparisons(TOLERANCE[precision]);
        await open(30, [401]);
        // The token that was appended, and is the document's own, need not be read again where nothing behind it was seen along with it.
        const own = lastIsReadAgain ? 0 : 1;
        assert.equal(await open(50, [402]), 20 - own + 2 + again, 'what is between the first and the second');
        assert.equal(await open(30, [401]), again, 'the first again');
        assert.equal(await open(32, [403]), 2 + again, 'one between both');
        assert.equal(await open(50, [402]), again, 'the longest, which was kept');
        comparisons.check(4);
      });
      const { encodedTokens } = await warm.model.openContext(document.slice(0, 50), [402]);
      assert.ok(encodedTokens >= 20, 'afterwards only what was read in blocks counts');
    });

    it('reads again what a request appended, so that the next request answers as from scratch', async () => {
      const prefix = Array.from({ length: 20 }, (_, i) => 330 + i);
      const context = await warm.model.openContext(prefix, [401]);
      await context.encoder!.append([290, 291, 292]);
      const typed = [...prefix, 290, 291, 292, 293];
      const next = await warm.model.openContext(typed, [401]);
      assert.equal(next.encodedTokens, 4 + again);
      assert.deepEqual((await next.predict([masked(5)], 0.5))[0], await fromScratch(typed, [401]));
    });

    it('scores tokens as from scratch, in an open context too', async () => {
      const prefix = Array.from({ length: 20 }, (_, i) => 330 + i);
      const context = await warm.model.openContext(prefix, [401]);
      await context.encoder!.append([290, 291]);
      const scores = await warm.model.encoder!.scoreTokens(prefix, [290, 291, 292]);
      await fromScratch([], []);
      assert.deepEqual(scores, await cold.model.encoder!.scoreTokens(prefix, [290, 291, 292]));
    });
  });
}
