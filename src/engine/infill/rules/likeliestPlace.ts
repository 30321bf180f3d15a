import type { Prediction } from '../../contract/model.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Canvas, Place } from '../canvas/canvas.js';
import { begunBefore } from './begunCharacter.js';

/** A text that a canvas has to contain, and the ways in which tokens spell it. */
export interface PlacedText {
  /** With `\n`. */
  readonly text: string;
  /** Bytes before the cursor that the canvas writes again, and the ids that its first position may take; undefined where all. */
  readonly healed: Uint8Array;
  readonly allowedFirst: readonly number[] | undefined;
  /** Tokens before the first canvas. */
  readonly contextIds: readonly number[];
  /** Positions that the text may reach at most, where the first token says something new. */
  readonly most: number;
  readonly endOfMiddle: number;
  readonly tokenizer: Tokenizer;
}

/** What an id that a row does not list is less likely than its least likely one, nats. */
const UNLISTED = 1;
/** A position is text with this probability at least: single precision says no more. */
const LEAST_TEXT = 1e-6;

/**
 * Where on a canvas a text is likeliest to stand, by what is predicted of the masked positions, as if each were independent of the
 * others: log p(all positions before its end are text) + log p(its tokens). Where tokens have been committed it needs to agree with them.
 * Undefined where there is no room.
 */
export function likeliestPlace(
  rows: readonly Prediction[],
  canvas: Canvas,
  placed: PlacedText,
): Omit<Place, 'isFirm'> | undefined {
  const { offset, ids } = canvas;
  const byPosition = new Map(rows.map((row) => [row.position, new RowLogs(row)] as const));
  let best: { readonly at: number; readonly ids: readonly number[]; readonly score: number } | undefined;
  let textBefore = 0;
  for (let position = 0; position < ids.length; position++) {
    for (const spelling of spellingsAt(offset + position, canvas, placed)) {
      const spelled = spelledAt(position, spelling, canvas, byPosition, placed);
      if (spelled === undefined) continue;
      const score = textBefore + spelled;
      if (best === undefined || score > best.score) best = { at: offset + position, ids: spelling, score };
    }
    textBefore += logText(byPosition.get(position), placed.endOfMiddle);
  }
  return best && { at: best.at, ids: best.ids };
}

/** The ways to write the text from a position of the first canvas on: by itself or after a blank, as tokens mostly begin with one. */
function spellingsAt(at: number, canvas: Canvas, placed: PlacedText): readonly (readonly number[])[] {
  const { text, healed, allowedFirst, most, tokenizer } = placed;
  const forms = /^\s/u.test(text) ? [text] : [text, ` ${text}`];
  const room = canvas.offset + canvas.ids.length - (canvas.endsWithToken ? 1 : 0);
  const fits = (ids: readonly number[], says: number): boolean => at + ids.length <= Math.min(room, most + 1 - says);
  if (at > 0 || healed.length === 0) {
    const first = at === 0 ? undefined : canvas.wholeCanvas()[0];
    const isRepeat = first !== undefined && first !== canvas.settings.mask && repeats(first, placed);
    return forms.map((form) => tokenizer.encode(form)).filter((ids) => fits(ids, isRepeat ? 0 : 1));
  }
  const before = Buffer.from(healed).toString('utf8');
  const joined = forms
    .map((form) => tokenizer.encode(before + form))
    .filter(([first]) => allowedFirst?.includes(first!));
  const repeat = allowedFirst?.find((id) => repeats(id, placed));
  const apart = repeat === undefined ? [] : forms.map((form) => [repeat, ...tokenizer.encode(form)]);
  return [...joined, ...apart].filter((ids) => fits(ids, repeats(ids[0]!, placed) ? 0 : 1));
}

/** Whether a first token says only what stands before the cursor. */
export function repeats(id: number, { healed, tokenizer }: Pick<PlacedText, 'healed' | 'tokenizer'>): boolean {
  return healed.length > 0 && tokenizer.bytesOf(id).length <= healed.length;
}

/** Log-probability of a spelling at a position, nats; undefined where it cannot stand there. */
function spelledAt(
  position: number,
  spelling: readonly number[],
  canvas: Canvas,
  rows: ReadonlyMap<number, RowLogs>,
  { contextIds, tokenizer }: PlacedText,
): number | undefined {
  if (begunBefore(position, canvas, contextIds, tokenizer).length > 0) return undefined;
  let score = 0;
  for (const [i, id] of spelling.entries()) {
    const own = canvas.ids[position + i]!;
    if (own === id) continue;
    if (!canvas.isUnsettled(position + i)) return undefined;
    score += rows.get(position + i)?.of(id) ?? -Infinity;
  }
  return score;
}

function logText(row: RowLogs | undefined, endOfMiddle: number): number {
  if (row === undefined || endOfMiddle < 0) return 0;
  return Math.log(Math.max(LEAST_TEXT, 1 - Math.exp(row.of(endOfMiddle, -Infinity))));
}

/** Log-probabilities of one position: of all ids where the row has them, or of those that it lists. */
class RowLogs {
  private readonly listed: ReadonlyMap<number, number>;
  private readonly total: number;

  constructor(private readonly row: Prediction) {
    this.listed = new Map(row.ids.map((id, i) => [id, row.logProbs[i]!]));
    this.total = row.distribution ? logSumOf(row.distribution) : 0; // of scores, which are no whole
  }

  of(id: number, unlisted = (this.row.logProbs.at(-1) ?? 0) - UNLISTED): number {
    const { distribution } = this.row;
    return distribution ? distribution[id]! - this.total : (this.listed.get(id) ?? unlisted);
  }
}

function logSumOf(logs: Float32Array): number {
  let peak = -Infinity;
  for (const log of logs) if (log > peak) peak = log;
  if (peak === -Infinity) return 0;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - peak);
  return peak + Math.log(sum);
}
