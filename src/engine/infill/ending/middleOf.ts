import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Middle } from './candidates.js';
import type { CommittedToken, Canvas } from '../canvas/canvas.js';
import type { OpenEnds } from '../../text/openEnds.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';

export interface MiddleOptions {
  readonly tokenizer: Tokenizer;
  /** Bytes of the first tokens that stand in the prefix already. */
  readonly healedBytes: number;
  readonly multiline: boolean;
  /** Whether text follows the hole on its line. */
  readonly insideLine: boolean;
  readonly openEnds: OpenEnds;
  /** A most likely token less probable than this ends the middle. */
  readonly stopBelow: number;
  /** UTF-16 units after which the middle ends, where that is known better than the canvas says. */
  readonly length?: number;
}

/**
 * The text that a canvas wrote, as far as it can stand: up to the first guess; in a single line up to its end; inside a
 * line and over several lines with all brackets and strings closed that it opened. Of several lines only whole ones,
 * unless the model came to its end.
 */
export function middleOf(canvas: Canvas, options: MiddleOptions): Middle {
  const committed = canvas.committed();
  const { length } = options;
  const sure = committed.slice(0, length === undefined ? sureLength(canvas, committed, options.stopBelow) : undefined);
  const texts = tokenTexts(
    sure.map(({ id }) => id),
    options.tokenizer,
    options.healedBytes,
  );
  const cameToItsEnd = canvas.end !== undefined && canvas.end !== 'gave up';
  const isWhole = length !== undefined || (sure.length === committed.length && cameToItsEnd);
  let rest = length ?? standingLength(texts.join(''), isWhole, options);
  const tokens = [];
  for (const [i, text] of texts.entries()) {
    if (rest <= 0) break;
    const kept = text.slice(0, rest);
    rest -= kept.length;
    if (i > 0 || kept !== '') tokens.push({ ...sure[i]!, text: kept }); // a healed token that says nothing new
  }
  return {
    text: tokens.map(({ text }) => text).join(''),
    tokens: tokens.map(({ text, confidence, step }) => ({ text, confidence, step: settledIn(step) })),
    stepsUsed: Math.max(-1, ...committed.map(({ step }) => settledIn(step))) + 1,
    isWhole,
  };
}

/** Tokens that stood there from the start count as the first step's. */
function settledIn(step: number): number {
  return Math.max(0, step);
}

/**
 * Tokens before the first that is a guess. Sampled ones are meant to be less likely, and so are those that stood there from the start; the
 * first is half known.
 */
function sureLength(canvas: Canvas, committed: readonly CommittedToken[], stopBelow: number): number {
  if (canvas.settings.temperature > 0) return committed.length;
  const guess = committed.findIndex(({ confidence, step }, i) => i > 0 && step >= 0 && confidence < stopBelow);
  return guess < 0 ? committed.length : guess;
}

function standingLength(text: string, isWhole: boolean, options: MiddleOptions): number {
  const { multiline, insideLine, openEnds } = options;
  if (multiline) return isWhole && openEnds(text) === 'nothing' ? text.length : wholeLines(text, openEnds);
  const lineEnd = text.search(/[\r\n]/u);
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd);
  if (insideLine) return longest(line, (part) => openEnds(part) === 'nothing');
  return isWhole || lineEnd >= 0 ? line.length : longest(line, (part) => openEnds(part) !== 'text');
}

/** The most whole lines that leave nothing open; if none do, the first line that is not blank, without a string begun. */
function wholeLines(text: string, openEnds: OpenEnds): number {
  const first = Math.max(0, text.search(/\S/u));
  for (let end = text.lastIndexOf('\n'); end > first; end = text.lastIndexOf('\n', end - 1)) {
    if (openEnds(text.slice(0, end)) === 'nothing') return end;
  }
  const lineEnd = text.indexOf('\n', first);
  return longest(lineEnd < 0 ? text : text.slice(0, lineEnd), (part) => openEnds(part) !== 'text');
}

/** Length of the longest start of `text` that may stand: what is open begins with a delimiter, so no word is split. */
function longest(text: string, mayStand: (start: string) => boolean): number {
  let length = text.length;
  while (length > 0 && !mayStand(text.slice(0, length))) length--;
  return length;
}
