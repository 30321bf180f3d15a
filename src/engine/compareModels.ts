import { type InfillModel, NO_TOKEN } from './contract/model.js';
import { type FloatWeights, readTextSizes, weightCount, withLayeredModels } from './network/layeredModels.js';
import { loadModel } from './network/loadModel.js';
import { loadTokenizer } from './tokenizer/loadTokenizer.js';

/** Of so many masked positions both models had the same most likely token in `agreeing`. */
export interface TopTokenAgreement {
  readonly agreeing: number;
  readonly positions: number;
}

export interface AgreementRun {
  readonly signal: AbortSignal;
  /** Positions predicted so far by both models together, of all that will be. */
  readonly onPositions: (done: number, total: number) => void;
}

/** Ordinary text of several kinds; what it says does not matter, only that a language model has an opinion about it. */
const SAMPLES = [
  `def average(values):
    """Return the arithmetic mean of a list of numbers, or zero for an empty list."""
    if not values:
        return 0.0
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def variance(values):
    mean = average(values)
    return average([(value - mean) ** 2 for value in values])
`,
  `export interface Order {
  readonly id: string;
  readonly items: readonly Item[];
  readonly paid: boolean;
}

/** Sum of the prices of all items of the orders that are paid. */
export function revenue(orders: readonly Order[]): number {
  return orders
    .filter((order) => order.paid)
    .flatMap((order) => order.items)
    .reduce((sum, item) => sum + item.price * item.count, 0);
}
`,
  `The river rises in the hills to the north of the town and flows south for about forty miles before it reaches the sea.
In spring, when the snow melts, the water is high and the lower fields are often flooded. The old bridge was built of
stone more than two hundred years ago, and for a long time it was the only way to cross the river for people who came
to the market with their carts.
`,
];
/** Half of the tokens are noise, by the log-linear schedule: sigma = -log(1 - t) (MDLM, arXiv 2406.07524). */
const NOISE = { t: 0.5, sigma: Math.LN2 };
/** Masked tokens at a time: about a line of code. */
const HOLE = 12;

/**
 * How often the model in `folder` has the same most likely token in holes of sample texts as the network in float32 that it was made
 * of. Never both are in memory, and of the latter only one layer at a time; both see the same holes, all of whose tokens are masked.
 * (Where noise is uniform there is no mask, so the text itself stands there, as text half of which is noise.)
 * Throws InfillError where a model cannot be loaded or read, or the signal's reason.
 */
export async function topTokenAgreement(
  folder: string,
  reference: FloatWeights,
  { signal, onPositions }: AgreementRun,
): Promise<TopTokenAgreement> {
  const holes = fewerFor(reference, await sampleHolesOf(folder));
  const total = holes.reduce((sum, { middle }) => sum + middle.length, 0);
  const expected = await topTokensLayerByLayer(reference, holes, {
    signal,
    onPositions: (done) => onPositions(done, 2 * total),
  });
  const found = await topTokensOf(folder, holes, {
    signal,
    onPositions: (done) => onPositions(total + done, 2 * total),
  });
  return { agreeing: found.filter((id, i) => id === expected[i]).length, positions: expected.length };
}

/** Each position costs a pass over all weights. What a billion of them take for all holes is worth waiting for. */
const WEIGHTS_FOR_ALL = 1e9;
const FEWEST_HOLES = 4;

/** Holes from all over the samples, the fewer, the larger the network is. */
function fewerFor(reference: FloatWeights, holes: readonly Hole[]): readonly Hole[] {
  const most = Math.floor(holes.length / FEWEST_HOLES);
  const step = Math.max(1, Math.min(most, Math.ceil(weightCount(reference) / WEIGHTS_FOR_ALL)));
  return holes.filter((_, i) => i % step === 0);
}

/** A few tokens of a text, and what is around them. */
export interface Hole {
  /** What the text has there. */
  readonly middle: readonly number[];
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
}

/** Holes that follow each other through the samples, each with all the text around it that fits the model. */
export async function sampleHolesOf(folder: string): Promise<readonly Hole[]> {
  const { tokenizerPath, vocabularySize, limits } = await readTextSizes(folder);
  const tokenizer = await loadTokenizer(tokenizerPath, vocabularySize);
  return SAMPLES.flatMap((text) => {
    const ids = tokenizer.encode(text);
    const count = Math.floor(ids.length / HOLE) - 2; // the first and the last stretch are context only
    return Array.from({ length: Math.max(0, count) }, (_, n) => {
      const start = (n + 1) * HOLE;
      return {
        middle: ids.slice(start, start + HOLE).slice(0, limits.canvas),
        prefix: ids.slice(0, start).slice(-limits.prefix),
        suffix: ids.slice(start + HOLE).slice(0, limits.suffix),
      };
    });
  });
}

interface TokensRun {
  readonly signal: AbortSignal;
  /** Positions predicted so far. */
  readonly onPositions: (done: number) => void;
}

/** The most likely token of each position of each hole, by the model in `folder`. */
export async function topTokensOf(
  folder: string,
  holes: readonly Hole[],
  { signal, onPositions }: TokensRun,
): Promise<readonly number[]> {
  const { model } = await loadModel(folder, { device: 'cpu', threads: 0 });
  try {
    const tokens: number[] = [];
    for (const hole of holes) {
      signal.throwIfAborted();
      tokens.push(...(await topTokens(model, hole)));
      onPositions(tokens.length);
    }
    return tokens;
  } finally {
    await model.dispose();
  }
}

/** The same by a network in float32 whose weights are not all in memory; the positions of all holes advance together. */
export async function topTokensLayerByLayer(
  weights: FloatWeights,
  holes: readonly Hole[],
  { signal, onPositions }: TokensRun,
): Promise<readonly number[]> {
  if (holes.length === 0) return [];
  const total = holes.reduce((sum, { middle }) => sum + middle.length, 0);
  const onPart = (done: number, of: number): void => onPositions(Math.floor((total * done) / of));
  return withLayeredModels(weights, holes.length, { signal, onPart }, async (models) =>
    (await Promise.all(models.map(async (model, i) => topTokens(model, holes[i]!)))).flat(),
  );
}

async function topTokens(model: InfillModel, { middle, prefix, suffix }: Hole): Promise<number[]> {
  const { mask } = model.manifest.tokens;
  const context = await model.openContext(prefix, suffix);
  const canvas = mask === NO_TOKEN ? middle : middle.map(() => mask);
  const query = { canvas, positions: Array.from(canvas.keys()), noise: NOISE };
  const [rows = []] = await context.predict([query], 0);
  return rows.map(({ ids }) => ids[0] ?? NO_TOKEN);
}
