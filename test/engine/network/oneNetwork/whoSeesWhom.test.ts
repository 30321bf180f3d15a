import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CanvasQuery, InfillModel, Prediction } from '../../../../src/engine/contract/model.js';
import { OneNetwork } from '../../../../src/engine/network/oneNetwork/oneNetwork.js';
import { loadOneNetwork } from '../../../../src/engine/network/oneNetwork/loadOneNetwork.js';
import type { OneNetworkParts } from '../../../../src/engine/network/oneNetwork/parts.js';
import { readManifest } from '../../../../src/engine/network/folder/manifest.js';
import { TINY_ONE_NETWORK } from '../../fixtures.js';
import { asOneNetwork } from '../asKind.js';
import { difference, MASK } from '../predictions.js';

/** Everything that stands somewhere: tokens of the trunk, the suffix, the middle that is written, and a canvas behind `behind` of it. */
interface Texts {
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  readonly middle: readonly number[];
  readonly behind: number;
  readonly canvas: readonly number[];
}
type Place = 'prefix' | 'suffix' | 'middle' | 'canvas';

/** What rows of each kind predict, by their index. */
interface Rows {
  /** Row i of the trunk stands on its token i, counted from the start token. */
  readonly trunk: readonly Prediction[];
  /** Row i of the middle predicts its token i. */
  readonly causal: readonly Prediction[];
  readonly canvas: readonly Prediction[];
}

const TEXTS: Texts = {
  prefix: [100, 120, 140, 160, 180, 200, 220, 240, 260, 280, 300],
  suffix: [310, 320, 330, 340],
  middle: [400, 410, 420, 430, 440],
  behind: 3,
  canvas: [MASK, 350, MASK, MASK, 360, MASK],
};

for (const { weights, precision, folder } of TINY_ONE_NETWORK) {
  describe(`who sees whom, ${weights}, ${precision}`, () => {
    let parts: OneNetworkParts;
    let usual: Rows;
    before(async () => {
      parts = await loadOneNetwork(folder, asOneNetwork(await readManifest(folder)), { device: 'cpu', threads: 1 });
      usual = await rowsOf(TEXTS);
    });
    after(async () => parts.dispose());

    /** What all rows predict, of a model that has only read other suffixes before. */
    async function rowsOf(texts: Texts, suffixes: readonly (readonly number[])[] = [texts.suffix]): Promise<Rows> {
      const { prefix, middle, behind, canvas } = texts;
      const model = new OneNetwork(parts);
      for (const suffix of suffixes) await model.openContext(prefix, suffix);
      const context = await model.openContext(prefix, texts.suffix);
      const causal = await context.encoder!.verify([], middle, { encoderMix: 1, wantEncoder: false });
      const denoised = await canvasRows(model, texts, behind, canvas);
      const readings = await model.encoder.readTokens([], prefix);
      const trunk = readings.map(({ ids, logProbs }) => ({ position: 0, ids, logProbs, entropy: 0 }));
      return { trunk, causal, canvas: denoised };
    }

    async function canvasRows(
      model: InfillModel,
      { prefix, suffix, middle }: Texts,
      behind: number,
      canvas: readonly number[],
    ): Promise<readonly Prediction[]> {
      const context = await model.openContext(prefix, suffix);
      await context.encoder!.append(middle.slice(0, behind));
      const positions = canvas.map((_, position) => position);
      return (await context.predict([{ canvas, positions }], 0))[0]!;
    }

    /** The same texts, but for one token. */
    function changed(place: Place, index: number): Texts {
      return { ...TEXTS, [place]: TEXTS[place].map((id, i) => (i === index ? 500 : id)) };
    }

    /** Rows for which `sees` says so must predict something else, all others the same to the last bit. */
    function check(rows: Rows, kind: keyof Rows, sees: (index: number) => boolean, what: string): void {
      rows[kind].forEach((row, index) => {
        const before = usual[kind][index]!;
        if (sees(index)) assert.ok(difference([row], [before]) > 1e-6, `${what} is not seen by ${kind} row ${index}`);
        else assert.deepEqual(row, before, `${what} is seen by ${kind} row ${index}`);
      });
    }

    const every = (place: Place): readonly number[] => [...TEXTS[place].keys()];

    it('a token of the trunk: later rows of the trunk, all rows of the middle', async () => {
      for (const index of every('prefix')) {
        const rows = await rowsOf(changed('prefix', index));
        // The start token is before them.
        check(rows, 'trunk', (row) => row >= index + 1, `trunk token ${index}`);
        check(rows, 'causal', () => true, `trunk token ${index}`);
        check(rows, 'canvas', () => true, `trunk token ${index}`);
      }
    });

    it('a token of the suffix: all rows of the middle, none of the trunk', async () => {
      for (const index of every('suffix')) {
        const rows = await rowsOf(changed('suffix', index));
        check(rows, 'trunk', () => false, `suffix token ${index}`);
        check(rows, 'causal', () => true, `suffix token ${index}`);
        check(rows, 'canvas', () => true, `suffix token ${index}`);
      }
    });

    it('a token of the middle: later causal rows, and canvases behind it', async () => {
      for (const index of every('middle')) {
        const rows = await rowsOf(changed('middle', index));
        check(rows, 'trunk', () => false, `middle token ${index}`);
        check(rows, 'causal', (row) => row > index, `middle token ${index}`);
        check(rows, 'canvas', () => index < TEXTS.behind, `middle token ${index}`);
      }
    });

    it('a token of a canvas: all rows of that canvas, and no others', async () => {
      for (const index of every('canvas')) {
        const rows = await rowsOf(changed('canvas', index));
        check(rows, 'trunk', () => false, `canvas token ${index}`);
        check(rows, 'causal', () => false, `canvas token ${index}`);
        check(rows, 'canvas', () => true, `canvas token ${index}`);
      }
    });

    it('a suffix leaves nothing behind: neither in the trunk nor for a shorter one', async () => {
      const longer = [500, 501, 502, 503, 504, 505, 506, 507];
      const rows = await rowsOf(TEXTS, [longer, longer.slice(2), []]);
      check(rows, 'trunk', () => false, 'an earlier suffix');
      check(rows, 'causal', () => false, 'an earlier suffix');
      check(rows, 'canvas', () => false, 'an earlier suffix');
    });

    it('proposals that did not stand leave nothing behind', async () => {
      const answers = [];
      for (const proposals of [
        [500, 501, 502],
        [503, 504, 505],
      ]) {
        const context = await new OneNetwork(parts).openContext(TEXTS.prefix, TEXTS.suffix);
        await context.encoder!.verify([], proposals, { encoderMix: 1, wantEncoder: false });
        await context.encoder!.append(TEXTS.middle.slice(0, 2));
        const query = { canvas: TEXTS.canvas, positions: [0, 2, 3], wantEncoder: true };
        answers.push(await context.predict([query], 0.5));
        answers.push(await context.encoder!.verify([450], [460], { encoderMix: 1, wantEncoder: false }));
      }
      assert.deepEqual(answers.slice(0, 2), answers.slice(2));
    });

    it('a canvas is not seen by another one, nor by the causal row in its pass', async () => {
      const asked = (...canvas: number[]): CanvasQuery => ({ canvas, positions: [0, 1], wantEncoder: true });
      const predict = async (...queries: CanvasQuery[]): Promise<readonly (readonly Prediction[])[]> => {
        const context = await new OneNetwork(parts).openContext(TEXTS.prefix, TEXTS.suffix);
        await context.encoder!.append([400]);
        return context.predict(queries, 0.5);
      };
      const [first, second] = await predict(asked(MASK, MASK, 350), asked(MASK, MASK, MASK));
      const [other, same] = await predict(asked(MASK, MASK, 351), asked(MASK, MASK, MASK));
      assert.deepEqual(second, same);
      assert.notDeepEqual(first![1], other![1]);
      assert.deepEqual(first![0]!.encoder, other![0]!.encoder);
    });

    const skip = precision === 'int8' && 'passes of other shapes round differently';
    it(
      'the causal row on the last token, which the canvas stands on itself, is not seen by the canvas',
      { skip },
      async () => {
        const context = await new OneNetwork(parts).openContext(TEXTS.prefix, TEXTS.suffix);
        await context.encoder!.append([400, 410]);
        const answers = [];
        // That row is not there in the first pass, read in the second one, and known in the third one.
        for (const mix of [0, 0.5, 0.5]) {
          answers.push((await context.predict([{ canvas: TEXTS.canvas, positions: [0, 2, 3, 5] }], mix))[0]!);
        }
        assert.ok(difference(answers[0]!.slice(1), answers[1]!.slice(1)) < 1e-4);
        assert.ok(difference(answers[0]!.slice(0, 1), answers[1]!.slice(0, 1)) > 1e-4, 'but by the mixture');
        assert.ok(difference(answers[1]!, answers[2]!) < 1e-4);
      },
    );
  });
}
