import { type FoundMiddle, likeness } from '../../project/foundMiddle.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Hole } from '../context/hole.js';
import { suffixStart } from '../context/suffixStart.js';
import { candidateOf, type Middle } from '../ending/candidates.js';
import type { Pipeline } from '../run/pipeline.js';
import { type FoundEvidence, textEvidence } from './foundEvidence.js';
import { foundTexts } from './foundTexts.js';

/** A text of the project as what it is here: a canvas that is already drawn. */
export interface FoundDraft {
  readonly middle: Middle;
  readonly from: FoundMiddle['from'];
  readonly evidence: FoundEvidence;
}

/** A text of more tokens is none: it would be shown in parts anyway. */
const MOST_TOKENS = 64;

/**
 * Texts of the project and of the last edits for a hole, with what speaks for each. All of them are read in one pass, beside the suffix alone; none where
 * nothing was found or the model cannot read.
 */
export async function foundDrafts(
  hole: Hole,
  task: CanvasTask,
  { model, tokenizer, project }: Pipeline,
): Promise<readonly FoundDraft[]> {
  const { encoder, manifest } = model;
  if (encoder === undefined) return [];
  const { texts, nothing } = foundTexts(hole, task.multiline, project);
  if (texts.length === 0) return [];
  const { ids: contextIds, healed } = task.context;
  const before = Buffer.from(healed).toString('utf8');
  const after = suffixStart(task.suffix);
  const room = Math.min(MOST_TOKENS, manifest.limits.prefix + manifest.limits.canvas - contextIds.length);
  const alone = tokenizer.encode(before + after);
  const read = texts
    .map((found) => ({ found, ids: tokenizer.encode(before + found.text + after) }))
    .filter(({ ids }) => ids.length <= room);
  if (read.length === 0 || alone.length > room) return [];
  const [ofSuffix, ...ofTexts] = await encoder.scoreContinuations(
    contextIds,
    [],
    [alone, ...read.map(({ ids }) => ids)].map((ids) => ({ after: 0, ids })),
  );
  return read.map(({ found, ids }, i): FoundDraft => {
    const own = ownTokens(ids, healed.length + Buffer.byteLength(found.text), tokenizer);
    const tokens = tokenTexts(ids.slice(0, own), tokenizer, healed.length).map((text, at) => ({
      text,
      confidence: Math.exp(ofTexts[i]![at]!),
      step: 0,
    }));
    const { left, right, votes, from } = found;
    return {
      middle: middleOfText(found.text, tokens),
      from,
      evidence: {
        ...textEvidence(found.text, [...ofTexts[i]!.subarray(0, own)]),
        left,
        right,
        votes,
        ...(from.isEdit ? { isEdit: true } : {}),
        nothing: nothing === undefined ? 0 : likeness(nothing),
        logSuffix: sum(ofTexts[i]!.subarray(own)),
        gain: sum(ofTexts[i]!) - sum(ofSuffix!),
      },
    };
  });
}

/** How many of `ids` belong to the text, or partly do, that ends after `end` bytes. */
function ownTokens(ids: readonly number[], end: number, tokenizer: Pipeline['tokenizer']): number {
  let bytes = 0;
  let own = 0;
  while (own < ids.length && bytes < end) bytes += tokenizer.bytesOf(ids[own++]!).length;
  return own;
}

/** The last of `tokens` may go on beyond the text. */
function middleOfText(text: string, tokens: Middle['tokens']): Middle {
  const whole = { text, tokens, stepsUsed: 1, isWhole: true };
  return { ...whole, tokens: candidateOf(whole, text).tokens };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
