import type { Prediction } from '../../contract/model.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { indentColumns, isBlank } from '../../text/lines.js';
import { canvasText } from '../canvas/canvas.js';
import type { Rule } from '../canvas/rule.js';
import { movedToEnd, withEndAtLeast } from './movedToEnd.js';
import type { OpenEnds } from '../../text/openEnds.js';

export interface StopEvidenceOptions {
  /** How much the evidence counts, 0..1. */
  readonly weight: number;
  readonly endOfMiddle: number;
  readonly tokenizer: Tokenizer;
  readonly openEnds: OpenEnds;
  /** Text of the window before the cursor and text after it, with `\n`. */
  readonly prefix: string;
  readonly suffix: string;
  readonly suffixIds: readonly number[];
  /** Columns of a tab. */
  readonly tabWidth: number;
  /** Bytes of a canvas's first tokens that are not part of the middle. */
  readonly healedBytes: number;
}

/** More than the longest token can agree with. */
const SUFFIX_UNITS = 256;
/** The evidence's weight while nothing is written yet: who asks expects that something is missing. */
const EMPTY_MIDDLE = 0.5;
/** A token that begins with what closes at the cursor has left the middle, whatever it goes on with. */
const CLOSERS = Buffer.from(')]}"\'`');

/**
 * The encoder does not see the suffix. So where it expects, after the middle so far, what the suffix begins with, the
 * middle is probably complete: this probability counts as probability of `<eom>`, and tokens that only repeat the
 * suffix lose theirs. Not while the middle leaves something open: after `f(` a `)` belongs to the middle, whatever the
 * suffix is. And a line break says something only where it would leave the block: otherwise the block may go on.
 */
export function stopEvidence(options: StopEvidenceOptions): Rule {
  const { endOfMiddle, tokenizer } = options;
  const suffix = Buffer.from(options.suffix.slice(0, SUFFIX_UNITS));
  const startsSuffix = (id: number): boolean => {
    const bytes = tokenizer.bytesOf(id);
    const closes = CLOSERS.includes(bytes[0] ?? 0) && bytes[0] === suffix[0];
    return bytes.length > 0 && (closes || suffix.subarray(0, bytes.length).equals(bytes));
  };
  return (rows, canvas) => {
    const first = rows[0];
    if (first?.position !== 0 || !first.encoder || !canvas.mayEndAt(0)) return rows;
    const middle = canvasText(canvas, tokenizer, options.healedBytes);
    if (options.openEnds(middle) !== 'nothing') return rows;
    const agrees = (id: number): boolean =>
      startsSuffix(id) &&
      (!isBlank(tokenizer.decode([id])) || (id === options.suffixIds[0] && leavesBlock(middle, options)));
    const expected = first.encoder.ids.reduce(
      (sum, id, i) => sum + (agrees(id) ? Math.exp(first.encoder!.logProbs[i]!) : 0),
      0,
    );
    const weight = isBlank(middle) ? options.weight * EMPTY_MIDDLE : options.weight;
    const moved: Prediction = movedToEnd(first, endOfMiddle, (id) => (agrees(id) ? weight : 0));
    return [withEndAtLeast(moved, endOfMiddle, weight * expected), ...rows.slice(1)];
  };
}

/** Whether the suffix begins with a line break, after which a line stands further out than the middle's last one. */
function leavesBlock(middle: string, { prefix, suffix, tabWidth }: StopEvidenceOptions): boolean {
  const gap = /^[ \t]*\n\s*/u.exec(suffix)?.[0];
  if (gap === undefined) return false;
  const next = gap.slice(gap.lastIndexOf('\n') + 1);
  const text = prefix + middle;
  const last = text.slice(text.lastIndexOf('\n') + 1);
  return indentColumns(next, tabWidth) < indentColumns(last, tabWidth);
}
