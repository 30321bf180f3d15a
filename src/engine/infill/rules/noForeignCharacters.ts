import { isUtf8 } from 'node:buffer';
import { withoutIds } from '../../diffusion/draw.js';
import { isForeign } from '../../text/foreignCharacters.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { begunLength } from '../../tokenizer/begunLength.js';
import { begunBefore } from './begunCharacter.js';
import type { Rule } from '../canvas/rule.js';

const NOTHING = new Uint8Array(0);
const NOBODYS: ReadonlySet<string> = new Set();
/** By id, whether a token is foreign to a text without hidden characters. Of full distributions all are asked for. */
const VERDICTS = new WeakMap<Tokenizer, (boolean | undefined)[]>();

/**
 * Rules out tokens that are, or end, a character which must not come into the user's text. Where all are ruled out none is: then the
 * finished text is not used.
 *
 * @param contextIds tokens before the first canvas.
 * @param own hidden characters of the user's own text.
 */
export function noForeignCharacters(
  contextIds: readonly number[],
  own: ReadonlySet<string>,
  tokenizer: Tokenizer,
): Rule {
  const after = (begun: Uint8Array, id: number): boolean => endsForeign(begun, tokenizer.bytesOf(id), own);
  const known = verdictsOf(tokenizer);
  const alone = (id: number): boolean =>
    (known[id] ??= endsForeign(NOTHING, tokenizer.bytesOf(id), NOBODYS)) && after(NOTHING, id);
  return (rows, canvas) =>
    rows.map((row) => {
      const begun = begunBefore(row.position, canvas, contextIds, tokenizer);
      return withoutIds(row, begun.length === 0 ? alone : (id) => after(begun, id));
    });
}

/** Whether a token, after the bytes of a character that was begun, holds or ends a foreign one. */
function endsForeign(begun: Uint8Array, token: Uint8Array, own: ReadonlySet<string>): boolean {
  const bytes = Buffer.concat([begun, token]);
  if (bytes.every(isPlain)) return false; // nearly all
  const whole = bytes.subarray(0, bytes.length - begunLength(bytes));
  return isUtf8(whole) && isForeign(whole.toString('utf8'), own);
}

function verdictsOf(tokenizer: Tokenizer): (boolean | undefined)[] {
  const verdicts = VERDICTS.get(tokenizer) ?? [];
  VERDICTS.set(tokenizer, verdicts);
  return verdicts;
}

/** Printable ASCII, tab and line feed. */
function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a;
}
