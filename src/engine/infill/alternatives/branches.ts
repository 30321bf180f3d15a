import { seededRandom } from '../../diffusion/random.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { isBlank } from '../../text/lines.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';
import { Canvas } from '../canvas/canvas.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Decoding } from '../plan/decoding.js';
import { rulesFor } from '../rules/rules.js';
import type { Pipeline } from '../run/pipeline.js';

/** The start of a text that no known one begins with. */
export interface Branch {
  readonly ids: readonly number[];
  /** Of each of `ids` after those before it, 0..1. */
  readonly probabilities: readonly number[];
}

/** From this probability on a first word is one that the model would say as well, whatever could follow the known one. */
const SECOND_MIND = 0.1;
/** Less likely starts lead to texts that nobody meant, 0..1. */
const LEAST_LIKELY = 0.003;
/** Tokens of a known text at which another one may part from it. */
const MOST_TOKENS = 24;

/** A place on a known text: after its first `depth` tokens. */
interface Fork {
  readonly depth: number;
  /** What could stand there, with log-probabilities (nats). */
  readonly ids: readonly number[];
  readonly logProbs: readonly number[];
}

/**
 * Starts of texts for a hole that part from the first of `known` somewhere, and lead to none of them; the likeliest first. Those that have
 * another first word, where the model is in two minds about that, come before those that part later.
 *
 * What could stand at the first token is the model's own prediction, which knows both sides. Further on it is the encoder's reading
 * of the known text, where there is one.
 *
 * @param known texts as they would be inserted; where there are none, any start will do
 */
export async function branches(
  task: CanvasTask,
  known: readonly string[],
  decoding: Decoding,
  pipeline: Pipeline,
): Promise<readonly Branch[]> {
  const { model, tokenizer } = pipeline;
  const healed = Buffer.from(task.context.healed).toString('utf8');
  const texts = known.map((text) => toLineFeeds(text));
  const [likeliest] = texts;
  const ids = likeliest === undefined ? [] : tokenizer.encode(healed + likeliest).slice(0, MOST_TOKENS);
  const pieces = tokenTexts(ids, tokenizer, task.context.healed.length);
  const firstWord = pieces.findIndex((piece) => !isBlank(piece));
  const first = await firstFork(task, decoding, pipeline);
  const further = model.encoder && ids.length > 0 ? await furtherForks(ids, task, pipeline) : [];
  const before = logProbsBefore(ids, first, further);
  const found = [first, ...further].flatMap((fork) =>
    fork.ids.flatMap((id, i) => {
      const [piece = ''] = tokenTexts([id], tokenizer, fork.depth === 0 ? task.context.healed.length : 0);
      const text = pieces.slice(0, fork.depth).join('') + piece;
      if (isBlank(piece) || (!task.multiline && text.includes('\n'))) return [];
      if (texts.some((each) => each.startsWith(text))) return [];
      const logProb = (before[fork.depth] ?? -Infinity) + fork.logProbs[i]!;
      const isOther = fork.depth <= firstWord && Math.exp(logProb) >= SECOND_MIND;
      const probabilities = [
        ...ids.slice(0, fork.depth).map((_, at) => before[at + 1]! - before[at]!),
        fork.logProbs[i]!,
      ];
      return [{ ids: [...ids.slice(0, fork.depth), id], probabilities: probabilities.map(Math.exp), logProb, isOther }];
    }),
  );
  return found
    .filter(({ logProb }) => logProb >= Math.log(LEAST_LIKELY))
    .sort((a, b) => Number(b.isOther) - Number(a.isOther) || b.logProb - a.logProb);
}

/** What the model would write first, knowing both sides and all rules. */
async function firstFork(task: CanvasTask, decoding: Decoding, pipeline: Pipeline): Promise<Fork> {
  const { model } = pipeline;
  const { encoderMix, stopEvidence, options, recommended } = decoding;
  const { allowedFirst } = task.context;
  const context = await model.openContext(task.context.ids, task.suffixIds);
  const query = {
    canvas: task.canvas.slice(0, recommended.window),
    positions: [0],
    ...(allowedFirst ? { allowedFirst } : {}),
    ...(stopEvidence > 0 ? { wantEncoder: true } : {}),
  };
  const [rows = []] = await context.predict([query], encoderMix);
  const { mask, endOfMiddle } = model.manifest.tokens;
  const canvas = new Canvas(task.canvas, { mask, endOfMiddle, temperature: 0, random: seededRandom(options.seed) });
  const [row] = rulesFor(task, pipeline, stopEvidence).reduce((ruled, rule) => rule(ruled, canvas), rows);
  return { depth: 0, ids: row?.ids ?? [], logProbs: row?.logProbs ?? [] };
}

/** What the encoder would go on with after each token of a text. */
async function furtherForks(ids: readonly number[], { context }: CanvasTask, { model }: Pipeline): Promise<Fork[]> {
  const { prefix, canvas } = model.manifest.limits;
  const readings =
    context.ids.length + ids.length <= prefix + canvas ? model.encoder?.readTokens(context.ids, ids) : [];
  return ((await readings) ?? []).slice(1, ids.length).map((reading, i) => ({ ...reading, depth: i + 1 }));
}

/** Of the first 0, 1, 2... tokens of a text together, nats, as far as that is known. */
function logProbsBefore(ids: readonly number[], first: Fork, further: readonly Fork[]): readonly number[] {
  const sums = [0];
  for (const [i, fork] of [first, ...further].entries()) {
    const at = fork.ids.indexOf(ids[i]!);
    if (at < 0) break;
    sums.push(sums[i]! + fork.logProbs[at]!);
  }
  return sums;
}
