import type { DenoiseCalibration } from '../../contract/recommended.js';
import type { Judged } from './judged.js';

/** A change, what it replaces, and the document around it, where names and words may stand as well. */
export interface ChangeInDocument {
  readonly judged: Judged;
  readonly old: string;
  readonly document: string;
}

type Weights = Omit<DenoiseCalibration, 'constant' | 'atLeast'>;

/** Nats and tokens beyond these say no more. */
const MOST_NATS = 20;
const MOST_TOKENS = 4;
/** Shorter words are alike by chance. */
const SHORTEST_ALIKE = 4;

/**
 * The numbers that a calibration has weights for, scaled so that none of them outgrows the others. `own`: by how much the change itself is likelier than
 * what stands there; `rest`: what is behind it; `least`: its least likely token; `newSeen`, `oldSeen`: how often the words stand elsewhere.
 */
export function changeFeatures({ judged, old, document }: ChangeInDocument): Readonly<Record<keyof Weights, number>> {
  const { source, before, after, ownBefore, ownAfter, tokensBefore, tokensAfter, leastAfter, doubt } = judged;
  const own = ownAfter - ownBefore;
  const [was, is] = [old.trim(), judged.text.trim()];
  const isDoubled = source === 'doubled';
  const isOther = !isDoubled && source !== 'swapped';
  const isWord = isOther && /^\w+$/u.test(was) && /^\w+$/u.test(is);
  const isNumber = isWord && /^\d+$/u.test(was) && /^\d+$/u.test(is);
  const words = isWord && !isNumber;
  const flag = (holds: boolean): number => (holds ? 1 : 0);
  return {
    own: upTo(own) / 5,
    rest: upTo(after - before - own) / 5,
    doubt: upTo(doubt) / 5,
    least: isDoubled ? 0 : upTo(leastAfter) / 5,
    fewer: isDoubled ? 0 : Math.min(MOST_TOKENS, Math.max(0, tokensBefore - tokensAfter)) / 2,
    more: Math.min(MOST_TOKENS, Math.max(0, tokensAfter - tokensBefore)) / 2,
    written: flag(source === 'written'),
    agreed: flag(source === 'agreed'),
    doubled: flag(isDoubled),
    swapped: flag(source === 'swapped'),
    respelt: flag(source === 'respelt'),
    operator: flag(isOther && isOperator(was) && isOperator(is)),
    number: flag(isNumber),
    word: flag(words),
    alike: flag(words && areAlike(was, is)),
    oldSeen: words ? Math.log(Math.max(1, timesIn(document, was))) : 0,
    newSeen: words ? Math.log(1 + timesIn(document, is)) : 0,
  };
}

/** How often a change of such evidence is right, 0..1: a logistic function, fitted on held-out text with faults put in. */
export function chanceOfChange(
  change: ChangeInDocument,
  { constant, atLeast: _, ...weights }: DenoiseCalibration,
): number {
  const features = changeFeatures(change);
  const names = Object.keys(features) as (keyof typeof features)[];
  const total = names.reduce((before, name) => before + weights[name] * features[name], constant);
  return 1 / (1 + Math.exp(-total));
}

function upTo(nats: number): number {
  return Math.max(-MOST_NATS, Math.min(MOST_NATS, nats));
}

function isOperator(text: string): boolean {
  return /^(?:[-+*/%<>=!&|^~?@]+|and|or|not|is|in)$/u.test(text);
}

/** Whether one letter more, less, other, or exchanged with its neighbour makes one word of the other. */
function areAlike(a: string, b: string): boolean {
  const longest = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < SHORTEST_ALIKE) return false;
  let start = 0;
  while (start < longest && a[start] === b[start]) start++;
  let end = 0;
  while (end < longest - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return start + end >= longest - 2;
}

function timesIn(document: string, word: string): number {
  return document.match(new RegExp(String.raw`(?<!\w)${word}(?!\w)`, 'gu'))?.length ?? 0;
}
