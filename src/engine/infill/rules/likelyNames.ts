import type { Prediction } from '../../contract/model.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Rule } from '../canvas/rule.js';
import {
  beginsName,
  byteString,
  isIdentifierByte,
  isName,
  type NamesAhead,
  writtenBefore,
} from '../canvas/namesAhead.js';
import { descending } from './descending.js';
import { surprise } from './surprise.js';

export interface LikelyNamesOptions {
  readonly names: NamesAhead;
  /** What a token that leads to a name gains, nats. */
  readonly weight: number;
  readonly endOfMiddle: number;
  readonly tokenizer: Tokenizer;
}

/**
 * Makes tokens likelier that lead to one of the names that an editor knows to be possible here: those that begin or continue a name,
 * and once it is complete those that end it. What continues the identifier beyond every name gains nothing. Nothing is ruled out, for
 * such lists are incomplete. What an identifier is followed by is not the names' business.
 *
 * A row stays a distribution. Tokens of names that it does not list are left where they are: with a list of sixteen they are so
 * unlikely that the weight would not bring them to the front.
 */
export function likelyNames({ names, weight, endOfMiddle, tokenizer }: LikelyNamesOptions): Rule {
  return (rows, canvas) =>
    rows.map((row) => {
      const written = writtenBefore(row.position, canvas, tokenizer);
      if (written === undefined || !beginsName(written, names)) return row;
      const isComplete = isName(written, names);
      return weighted(row, weight, (id) => {
        if (id === endOfMiddle) return isComplete;
        const token = byteString(tokenizer.bytesOf(id));
        return token !== '' && leadsToName(written, token, names);
      });
    });
}

function leadsToName(written: string, token: string, names: NamesAhead): boolean {
  const text = written + token;
  if (beginsName(text, names)) return true;
  // The token may end a name and say what follows it.
  for (let end = written.length; end < text.length; end++) {
    if (!isIdentifierByte(text.charCodeAt(end)) && isName(text.slice(0, end), names)) return true;
  }
  return false;
}

/** The prediction with some ids' odds multiplied by e^weight. Its entropy stays exact as far as the row's candidates say. */
function weighted(row: Prediction, weight: number, gains: (id: number) => boolean): Prediction {
  const factor = Math.exp(weight);
  const before = row.logProbs.map((log) => Math.exp(log));
  const after = before.map((probability, i) => (gains(row.ids[i]!) ? probability * factor : probability));
  const added = after.reduce((sum, probability, i) => sum + probability - before[i]!, 0);
  if (added === 0) return row;
  const total = 1 + added;
  const unlisted = Math.max(0, 1 - before.reduce((sum, probability) => sum + probability, 0));
  const unlistedEntropy = Math.max(0, row.entropy - before.reduce((sum, each) => sum + surprise(each), 0));
  const probabilities = after.map((probability) => probability / total);
  const entropy =
    probabilities.reduce((sum, each) => sum + surprise(each), 0) +
    (unlistedEntropy + unlisted * Math.log(total)) / total;
  const order = descending(probabilities);
  return {
    ...row,
    ids: order.map((i) => row.ids[i]!),
    logProbs: order.map((i) => Math.log(probabilities[i]!)),
    entropy,
  };
}
