import { contextRoom } from '../../contract/contextRoom.js';
import type { InfillModel } from '../../contract/model.js';
import type { CodeBefore } from '../../text/codeBefore.js';
import { tabWidthOf } from '../../text/lines.js';
import { type OpenEnds, openEndsAfter } from '../../text/openEnds.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { contextWindow } from './contextWindow.js';
import { type HealedPrefix, healPrefix } from './healing.js';
import type { Hole } from './hole.js';
import { indentedFirst } from './indentedFirst.js';
import { preambleIds } from './preamble.js';
import { suffixAfter } from './suffixAfter.js';

/** What a canvas stands between, as tokens and as text with `\n`. */
export interface CanvasContext {
  /** The context: its tokens, and what of it went back to the canvas. */
  readonly context: HealedPrefix;
  readonly suffixIds: readonly number[];
  readonly prefix: string;
  readonly suffix: string;
  /** What a middle leaves open, seen from the end of the code before it. */
  readonly openEnds: OpenEnds;
}

/** The text before a canvas. */
export interface TextBefore {
  /** The window's text, with `\n`. */
  readonly prefix: string;
  readonly context: HealedPrefix;
}

/** A model's parts that make contexts. */
interface Reader {
  readonly model: Pick<InfillModel, 'manifest'>;
  readonly tokenizer: Tokenizer;
}

/**
 * Puts together what a canvas stands between.
 * @param after the document's text after it, with any line ends.
 * @param code that before it.
 */
export function assembleContext(
  { prefix, context }: TextBefore,
  after: string,
  code: CodeBefore,
  { model, tokenizer }: Reader,
): CanvasContext {
  const { text: suffix, ids: suffixIds } = suffixAfter(after, contextRoom(model.manifest.limits).suffix, tokenizer);
  return { context, suffixIds, prefix, suffix, openEnds: openEndsAfter(code) };
}

/**
 * The text before a cursor: a window of the document, whose last bytes may go back to the canvas, behind a preamble of lines that
 * follow the cursor's.
 * @param preamble most tokens of those lines.
 */
export function textBeforeCursor(
  { context, lines }: Pick<Hole, 'context' | 'lines'>,
  preamble: number,
  { model, tokenizer }: Reader,
): TextBefore {
  const ahead = preambleIds(context.suffix, tokenizer, preamble);
  const room = contextRoom(model.manifest.limits).prefix - ahead.length;
  const { prefix, prefixIds } = contextWindow(context, tokenizer, room);
  const unindented = healPrefix(prefix, prefixIds, tokenizer, room);
  const healed = indentedFirst(unindented, lines, tabWidthOf(context.indentUnit), tokenizer);
  return { prefix, context: { ...healed, ids: [...ahead, ...healed.ids] } };
}
