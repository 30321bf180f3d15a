import type { TextContext } from '../../shared/infillRequest.js';
import { SENT_SIZES } from './forms/hostedModel.js';

/** What of a document is sent: no more than people were told, from the start of a line where that is near, and no half characters. */
export function textAround({ prefix, suffix }: Pick<TextContext, 'prefix' | 'suffix'>): {
  readonly before: string;
  readonly after: string;
} {
  return { before: tail(prefix, SENT_SIZES.before), after: head(suffix, SENT_SIZES.after) };
}

function tail(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  const kept = text.slice(-most).replace(/^[\uDC00-\uDFFF]/, '');
  const line = kept.indexOf('\n') + 1;
  return line > 0 && line < kept.length / 2 ? kept.slice(line) : kept;
}

function head(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
