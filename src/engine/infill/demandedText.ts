import { convertLineEnds } from '../text/lineEnds.js';
import { demandsMet } from './context/demandsMet.js';
import type { MiddleDemands } from './context/demands.js';
import type { Hole } from './context/hole.js';
import type { Candidate } from '../../shared/outcome.js';
import { candidateOf, type Middle } from './ending/candidates.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import type { Postprocess } from '../postprocess/postprocess.js';

/**
 * Of what was written the text that is what is demanded, where the likeliest is not: the nearest to the likeliest end that the filters
 * leave so, or else one that they would cut or change, as it was written. Undefined where what was written is no text.
 */
export function demandedText(
  { all, end, middle }: EndedMiddle,
  hole: Hole & { readonly demands: MiddleDemands },
  fit: Postprocess,
): { readonly source: Middle; readonly text: string } | undefined {
  if (all === undefined) return undefined;
  const meets = (text: string): boolean => candidateMeets(candidateOf(all, text), hole.demands);
  const starts = lengthsOf(all, end?.length ?? middle.text.length, end)
    .map((length) => all.text.slice(0, length))
    .filter((text) => text !== '');
  for (const start of starts) {
    const fitting = fit(start);
    if (fitting.kind === 'text' && meets(fitting.text)) return { source: all, text: fitting.text };
  }
  const text = starts.map((start) => convertLineEnds(start, hole.context.eol)).find(meets);
  return text === undefined ? undefined : { source: all, text };
}

/** Whether a candidate's text is what is demanded. */
export function candidateMeets({ text, tokens }: Pick<Candidate, 'text' | 'tokens'>, demands: MiddleDemands): boolean {
  return demandsMet({ text, tokens: tokens.length }, demands);
}

/** Where the text could end: at the ends that were compared, the likeliest first, and at each token's, the nearest to the likeliest first. */
function lengthsOf({ tokens }: Middle, likeliest: number, end: EndedMiddle['end']): readonly number[] {
  let at = 0;
  const borders = tokens.map(({ text }) => (at += text.length));
  borders.sort((a, b) => Math.abs(a - likeliest) - Math.abs(b - likeliest));
  return [...new Set([...(end?.compared ?? []).map(({ length }) => length), ...borders])];
}
