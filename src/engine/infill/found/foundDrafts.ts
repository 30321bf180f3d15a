import type { FoundMiddle } from '../../project/foundMiddle.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Hole } from '../context/hole.js';
import { suffixStart } from '../context/suffixStart.js';
import type { Middle } from '../ending/candidates.js';
import type { Pipeline } from '../run/pipeline.js';
import type { FoundEvidence } from './foundEvidence.js';
import { type FoundTexts, foundTexts, matchOf } from './foundTexts.js';

/** A text of the project as what it is here: a canvas that is already drawn. */
export interface FoundDraft {
  readonly middle: Middle;
  readonly from: FoundMiddle['from'];
  readonly evidence: FoundEvidence;
}

/** A text of more tokens is none: it would be shown in parts anyway. */
const MOST_TOKENS = 64;

/** What the encoder says of a text and of the start of the suffix behind it. */
interface Scored {
  readonly texts: readonly string[];
  readonly logProbs: readonly number[];
  readonly logSuffix: number;
}

/**
 * Texts of the project for a hole, with what speaks for each. All of them are read in one pass, beside the suffix alone; none where the
 * project takes no part, nothing was found, or the model cannot read.
 */
export async function foundDrafts(
  hole: Hole,
  task: CanvasTask,
  { model, tokenizer, project }: Pipeline,
): Promise<readonly FoundDraft[]> {
  const { encoder, manifest } = model;
  if (project === undefined || encoder === undefined) return [];
  const { texts, nothing } = foundTexts(hole, task.multiline, project);
  const { ids: contextIds, healed } = task.context;
  const start = suffixStart(task.suffix);
  const before = Buffer.from(healed).toString('utf8');
  const room = Math.min(MOST_TOKENS, manifest.limits.prefix + manifest.limits.canvas - contextIds.length);
  const encoded = ['', ...texts.map(({ text }) => text)].map((text) => ({
    text,
    ids: tokenizer.encode(before + text + start),
    end: healed.length + Buffer.byteLength(text),
  }));
  const read = encoded.filter(({ text, ids }) => text === '' || ids.length <= room);
  if (read.length < 2 || read[0]!.ids.length > room) return [];
  const logProbs = await encoder.scoreContinuations(
    contextIds,
    [],
    read.map(({ ids }) => ({ after: 0, ids })),
  );
  const scored = read.map(({ ids, end }, i): Scored => {
    const own = ownTokens(ids, end, tokenizer);
    return {
      texts: tokenTexts(ids.slice(0, own), tokenizer, healed.length),
      logProbs: [...logProbs[i]!.subarray(0, own)],
      logSuffix: sum([...logProbs[i]!.subarray(own)]),
    };
  });
  const [alone, ...others] = scored;
  return others.map((each, i) => {
    const found = texts.find(({ text }) => text === read[i + 1]!.text)!;
    return draftOf(each, { found, nothing, alone: sum(alone!.logProbs) + alone!.logSuffix });
  });
}

/** How many of `ids` belong to the text, or partly do, that ends after `end` bytes. */
function ownTokens(ids: readonly number[], end: number, tokenizer: Pipeline['tokenizer']): number {
  let bytes = 0;
  let own = 0;
  while (own < ids.length && bytes < end) bytes += tokenizer.bytesOf(ids[own++]!).length;
  return own;
}

function draftOf(
  { texts, logProbs, logSuffix }: Scored,
  {
    found,
    nothing,
    alone,
  }: { readonly found: FoundMiddle; readonly nothing: FoundTexts['nothing']; readonly alone: number },
): FoundDraft {
  let rest = found.text.length;
  const tokens = texts.flatMap((text, i) => {
    const kept = text.slice(0, rest);
    rest -= kept.length;
    return [{ text: kept, confidence: Math.exp(logProbs[i]!), step: 0 }];
  });
  const logText = sum(logProbs);
  return {
    middle: { text: found.text, tokens, stepsUsed: 1, isWhole: true },
    from: found.from,
    evidence: {
      left: found.left,
      right: found.right,
      votes: found.votes,
      nothing: nothing === undefined ? 0 : matchOf(nothing),
      characters: found.text.length,
      logText,
      meanToken: logText / Math.max(1, logProbs.length),
      leastToken: Math.min(0, ...logProbs),
      logSuffix,
      gain: logText + logSuffix - alone,
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
