import type { EncoderReading } from '../../contract/model.js';
import type { SectionText, SectionUnit } from './sectionText.js';
import { sum } from './sum.js';

/** Units of a section that may be redone together. */
export interface Suspect {
  /** Half-open range of unit indices. */
  readonly from: number;
  readonly to: number;
  /** The unit whose doubt it is. */
  readonly at: number;
  /** By how much the likeliest token is likelier than what stands there, nats. */
  readonly doubt: number;
}

/** Nats. Of 143 right changes that were sure enough 2 stood at places of less doubt, among many more to read. */
const LEAST_DOUBT = 2;

/**
 * The units that the encoder would rather see replaced, each extended to its whole word, the most doubtful first; together they have at
 * most the share `strength` of the tokens that may change. Line breaks and blanks are never among them.
 * @param readings before each token of the section.
 */
export function suspects(
  { units }: Pick<SectionText, 'units'>,
  readings: readonly EncoderReading[],
  strength: number,
): readonly Suspect[] {
  const doubts = doubtsOf(units, readings);
  const editable = units.flatMap((unit, i) => (mayChange(unit) ? [i] : []));
  let left = Math.ceil(strength * sum(editable.map((i) => units[i]!.ids.length)));
  const taken = new Set<number>();
  const chosen: Suspect[] = [];
  for (const at of editable.toSorted((a, b) => doubts[b]! - doubts[a]! || a - b)) {
    if (doubts[at]! < LEAST_DOUBT || left <= 0) break;
    if (taken.has(at)) continue;
    const [from, to] = wordAround(units, at);
    left -= sum(units.slice(from, to).map(({ ids }) => ids.length));
    for (let i = from; i < to; i++) taken.add(i);
    chosen.push({ from, to, at, doubt: doubts[at]! });
  }
  return chosen;
}

export function mayChange({ pinned, text }: SectionUnit): boolean {
  return !pinned && !text.includes('\n') && text.trim() !== '';
}

function doubtsOf(units: readonly SectionUnit[], readings: readonly EncoderReading[]): readonly number[] {
  let token = 0;
  return units.map(({ ids }) => {
    const own = readings.slice(token, (token += ids.length));
    return Math.max(...own.map(({ logProbs, logProb }) => logProbs[0]! - logProb!));
  });
}

/** The whole word that a unit is part of, as a range of units that may change. */
function wordAround(units: readonly SectionUnit[], at: number): readonly [from: number, to: number] {
  let from = at;
  let to = at + 1;
  const joins = (left: number): boolean => {
    const [a, b] = [units[left], units[left + 1]];
    return (
      a !== undefined && b !== undefined && mayChange(a) && mayChange(b) && /\w$/u.test(a.text) && /^\w/u.test(b.text)
    );
  };
  while (joins(from - 1)) from--;
  while (joins(to - 1)) to++;
  return [from, to];
}
