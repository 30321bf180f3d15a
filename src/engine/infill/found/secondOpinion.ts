import type { OpinionTrace } from '../../../shared/outcome.js';
import type { MixtureWeights } from '../../contract/recommended.js';
import type { TextsThatFollow } from '../../project/foundMiddle.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';
import type { Canvas } from '../canvas/canvas.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Rule, RuledPrediction } from '../canvas/rule.js';
import { mixed } from './mixed.js';
import { type OpinionEvidence, opinionFeatures, opinionWeight } from './opinionWeight.js';

export interface SecondOpinionOptions {
  readonly task: CanvasTask;
  readonly tokenizer: Tokenizer;
  readonly weights: MixtureWeights;
  /** What followed elsewhere, after the text before the cursor with what is written there. */
  readonly following: (written: string) => TextsThatFollow | undefined;
  /** Told of each opinion, by the text that it is about what follows; absent = nobody looks on. */
  readonly trace?: Map<string, OpinionTrace>;
}

/** What followed elsewhere, as a distribution of the next token. */
interface Opinion {
  readonly written: string;
  /** The likeliest first. */
  readonly probabilities: ReadonlyMap<number, number>;
  readonly evidence: Omit<OpinionEvidence, 'logFound' | 'logModel'>;
}

/**
 * Mixes into the prediction of each position that has all its left neighbours what followed the same text elsewhere in the project.
 */
export function secondOpinion({ task, tokenizer, weights, following, trace }: SecondOpinionOptions): Rule {
  const { healed } = task.context;
  const known = new Map<string, Opinion | undefined>();
  const opinionAfter = (ids: readonly number[]): Opinion | undefined => {
    const written = tokenTexts(ids, tokenizer, healed.length).join('');
    const bytes = ids.reduce((sum, id) => sum + tokenizer.bytesOf(id).length, 0);
    // Control tokens stand there, or a character is begun.
    if (ids.length > 0 && bytes !== healed.length + Buffer.byteLength(written)) return undefined;
    const key = `${String(Math.min(1, ids.length))}${written}`;
    if (!known.has(key)) known.set(key, opinion(written, ids.length === 0 ? healed : NOTHING));
    return known.get(key);
  };
  const opinion = (written: string, handedBack: Uint8Array): Opinion | undefined => {
    const found = following(written);
    return found === undefined ? undefined : opinionOf(found, written, handedBack, tokenizer);
  };
  return (rows, canvas) =>
    rows.map((row) => {
      const ids = idsBefore(row.position, canvas);
      // Scores are no probabilities.
      const found = ids === undefined || row.logScoreSum !== undefined ? undefined : opinionAfter(ids);
      if (found === undefined) return row;
      const evidence = { ...found.evidence, ...modelEvidence(row, found) };
      trace?.set(found.written, traceOf(found, evidence, row, tokenizer, ids?.length === 0 ? healed.length : 0));
      // Text that goes on elsewhere says nothing of where this one ends.
      const mixture = mixed(row, found.probabilities, opinionWeight(evidence, weights), canvas.settings.endOfMiddle);
      const wasToEnd = Math.exp(row.logProbs[0]!) < task.stopBelow;
      return wasToEnd && Math.exp(mixture.logProbs[0]!) < SURE_ENOUGH ? row : mixture;
    });
}

/**
 * The probability, 0..1, that the likeliest token needs where the model alone would end the middle, being unsure: a longer text has to be
 * right in all of it.
 */
const SURE_ENOUGH = 0.6;

const NOTHING = new Uint8Array(0);

/** The tokens of the middle left of a position; undefined where one of them is not known. */
function idsBefore(position: number, canvas: Canvas): readonly number[] | undefined {
  const { mask } = canvas.settings;
  const ids = canvas.ids.slice(0, position);
  return mask < 0 || ids.includes(mask) ? undefined : [...canvas.appendedIds(canvas.offset), ...ids];
}

/** @param handedBack bytes that the next token begins with, though they stand before the cursor */
function opinionOf(
  { left, right, isBegun, texts }: TextsThatFollow,
  written: string,
  handedBack: Uint8Array,
  tokenizer: Tokenizer,
): Opinion | undefined {
  const before = Buffer.from(handedBack).toString('utf8');
  const votesOf = new Map<number, { votes: number; own: number }>();
  let all = 0;
  for (const { text, votes, ownVotes } of texts) {
    const [id] = tokenizer.encode(before + text);
    // A token that ends in what is handed back already says nothing of what follows.
    if (id === undefined || tokenizer.bytesOf(id).length <= handedBack.length) continue;
    const { votes: others, own } = votesOf.get(id) ?? { votes: 0, own: 0 };
    votesOf.set(id, { votes: others + votes, own: own + ownVotes });
    all += votes;
  }
  const ordered = [...votesOf].sort(([, a], [, b]) => b.votes - a.votes);
  const [best] = ordered;
  if (best === undefined) return undefined;
  const probabilities = new Map(ordered.map(([id, { votes }]) => [id, votes / all]));
  const { votes, own } = best[1];
  return {
    written,
    probabilities,
    evidence: { left, right, isBegun, votes: all, share: votes / all, own: own / votes },
  };
}

function modelEvidence(row: RuledPrediction, { probabilities }: Opinion): { logFound: number; logModel: number } {
  const [best] = probabilities.keys();
  return { logFound: logProbOf(row, best!), logModel: row.logProbs[0]! };
}

/** What is not listed is at most as likely as the least likely that is. */
function logProbOf(row: RuledPrediction, id: number): number {
  return row.logProbs[row.ids.indexOf(id)] ?? row.logProbs.at(-1)!;
}

/** Tokens of which a trace tells at most. */
const TOLD = 8;

function traceOf(
  { written, probabilities }: Opinion,
  evidence: OpinionEvidence,
  row: RuledPrediction,
  tokenizer: Tokenizer,
  handedBack: number,
): OpinionTrace {
  const textOf = (id: number): string => Buffer.from(tokenizer.bytesOf(id).subarray(handedBack)).toString('utf8');
  return {
    written,
    features: opinionFeatures(evidence),
    model: textOf(row.ids[0]!),
    isRead: row.encoder !== undefined,
    found: [...probabilities]
      .slice(0, TOLD)
      .map(([id, share]) => ({ text: textOf(id), share, logProb: logProbOf(row, id) })),
  };
}
