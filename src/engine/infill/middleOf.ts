import type { Tokenizer } from '../tokenizer/tokenizerContract.js';
import type { Middle } from './candidates.js';
import type { Lane } from './lane.js';
import { tokenTexts } from './tokenTexts.js';

/**
 * The text that a lane wrote. In a single line it ends at the line's end. A text of several lines that the canvas was
 * too short for ends with its last whole line: the model did not say how the next one goes on.
 *
 * @param healedBytes bytes of the first tokens that stand in the prefix already.
 */
export function middleOf(lane: Lane, tokenizer: Tokenizer, healedBytes: number, multiline: boolean): Middle {
  const committed = lane.committed();
  const texts = tokenTexts(
    committed.map(({ id }) => id),
    tokenizer,
    healedBytes,
  );
  const whole = texts.join('');
  const lastLineEnd = whole.lastIndexOf('\n');
  const isCutOff = multiline && !lane.hasEnd && lastLineEnd > 0 && whole.slice(0, lastLineEnd).trim() !== '';
  let rest = isCutOff ? lastLineEnd : multiline ? whole.length : lengthOfLine(whole);
  const tokens = [];
  for (const [i, text] of texts.entries()) {
    if (rest === 0) break;
    const { confidence, step } = committed[i]!;
    const kept = text.slice(0, rest);
    rest -= kept.length;
    if (i > 0 || kept !== '') tokens.push({ text: kept, confidence, step }); // a healed token that says nothing new
  }
  const stepsUsed = Math.max(-1, ...committed.map(({ step }) => step)) + 1;
  return { text: tokens.map(({ text }) => text).join(''), tokens, stepsUsed };
}

function lengthOfLine(text: string): number {
  const end = text.search(/[\r\n]/u);
  return end < 0 ? text.length : end;
}
