import type { DenoiseCalibration } from '../../contract/recommended.js';
import { isProgram, syntaxOf } from '../../text/languageSyntax.js';
import { scanCode, START_OF_CODE } from '../../text/scanCode.js';
import type { ChangeOfText } from './changeOf.js';
import type { DocumentWords, Likeness } from './documentWords.js';
import type { Judged } from './judged.js';

/** A change in the document around it, where names and words may stand as well. */
export interface ChangeInDocument {
  readonly judged: Judged;
  /** What all units of the alternative say now. */
  readonly old: string;
  /** The change alone, as a span of the document. */
  readonly change: ChangeOfText;
  readonly document: EvidenceDocument;
}

export interface EvidenceDocument {
  readonly text: string;
  readonly words: DocumentWords;
  readonly languageId: string;
}

type Weights = Omit<DenoiseCalibration, 'constant' | 'atLeast'>;

/** Nats and tokens beyond these say no more. */
const MOST_NATS = 20;
const MOST_TOKENS = 4;
/** Shorter words are alike by chance. */
const SHORTEST_ALIKE = 4;

/**
 * The numbers that a calibration has weights for, scaled so that none of them outgrows the others. `own`: by how much the change itself is likelier than
 * what stands there; `rest`: what is behind it; `least`: its least likely token; `newSeen`, `oldSeen`: how often the words stand elsewhere;
 * `newFits`, `oldFits`: how many neighbours are as in the most alike place elsewhere, `beside`: on how many more sides some are;
 * `quoted`: in a string; the last three: of what is no program, strings and prose and data.
 */
export function changeFeatures({
  judged,
  old,
  change,
  document,
}: ChangeInDocument): Readonly<Record<keyof Weights, number>> {
  const { source, before, after, ownBefore, ownAfter, tokensBefore, tokensAfter, leastAfter, doubt } = judged;
  const own = ownAfter - ownBefore;
  const [was, is] = [old.trim(), judged.text.trim()];
  const isDoubled = source === 'doubled';
  const isOther = !isDoubled && source !== 'swapped';
  const isWord = isOther && /^\w+$/u.test(was) && /^\w+$/u.test(is);
  const isNumber = isWord && /^\d+$/u.test(was) && /^\d+$/u.test(is);
  const words = isWord && !isNumber;
  const operator = isOther && isOperator(was) && isOperator(is);
  const quoted = isQuoted(change, document);
  const text = quoted || !isProgram(document.languageId);
  const oldLike = document.words.likeness(change.old, change.span);
  const newLike = document.words.likeness(change.text, change.span);
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
    operator: flag(operator),
    number: flag(isNumber),
    word: flag(words),
    alike: flag(words && areAlike(was, is)),
    oldSeen: words ? Math.log(Math.max(1, document.words.times(was))) : 0,
    newSeen: words ? Math.log(1 + document.words.times(is)) : 0,
    oldFits: (oldLike.left + oldLike.right) / 4,
    newFits: (newLike.left + newLike.right) / 4,
    beside: sidesOf(newLike) - sidesOf(oldLike),
    quoted: flag(quoted),
    textOperator: flag(operator && text),
    textWord: flag(words && text),
    textSwapped: flag(source === 'swapped' && text),
  };
}

/** How often a change of such evidence is right, 0..1: a logistic function, fitted on held-out text with faults put in. */
export function chanceOfChange(
  features: ReturnType<typeof changeFeatures>,
  { constant, atLeast: _, ...weights }: DenoiseCalibration,
): number {
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

/** Whether a change stands in a string that begins in its line. */
function isQuoted({ span }: ChangeOfText, { text, languageId }: EvidenceDocument): boolean {
  const syntax = syntaxOf(languageId);
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const { inside } = scanCode(text.slice(lineStart, span.start), START_OF_CODE, syntax);
  return syntax.strings.includes(inside) || syntax.longStrings.includes(inside);
}

function sidesOf({ left, right }: Likeness): number {
  return Math.min(1, left) + Math.min(1, right);
}
