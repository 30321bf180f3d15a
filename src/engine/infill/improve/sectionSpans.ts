import type { Span } from '../../../shared/infillRequest.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { textUnits } from '../../tokenizer/textUnits.js';

/** Cuts a text into stretches of whole lines with at most about `most` tokens each; a longer line is cut between its tokens. */
export function sectionSpans(text: string, tokenizer: Tokenizer, most: number): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  let end = 0;
  let tokens = 0;
  const close = (): void => {
    if (end > start) spans.push({ start, end });
    start = end;
    tokens = 0;
  };
  for (const line of text.match(/[^\n]*\n|[^\n]+$/gu) ?? []) {
    const lineStart = end;
    const units = textUnits(line, tokenizer);
    const own = units.reduce((total, { ids }) => total + ids.length, 0);
    if (tokens + own > most) close();
    if (own <= most) {
      end = lineStart + line.length;
      tokens += own;
      continue;
    }
    for (const unit of units) {
      if (tokens + unit.ids.length > most) close();
      end = lineStart + unit.end;
      tokens += unit.ids.length;
    }
  }
  close();
  return spans;
}
