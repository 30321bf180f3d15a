import type { Entries, Json } from './tape.js';

/** One place where two tapes differ. */
export interface Difference {
  readonly entry: string;
  /** Within the entry, '' = the whole of it. */
  readonly place: string;
  /** undefined = there is none. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

export interface Leniency {
  /** Members that may differ. */
  readonly ignored?: readonly string[];
  /** How far a number of an entry may be off, as a share of it or in itself; 0 = not at all. */
  readonly tolerance?: (entry: string) => number;
}

/** All places where the tapes differ, in the order of their names. */
export function differences(before: Entries, after: Entries, leniency: Leniency = {}): Difference[] {
  const { ignored = [], tolerance = () => 0 } = leniency;
  const found: Difference[] = [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  for (const entry of names) {
    const most = tolerance(entry);
    const visit = (place: string, a: Json | undefined, b: Json | undefined): void => {
      if (isObject(a) && isObject(b)) {
        for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
          const at = Array.isArray(a) ? `${place}[${key}]` : `${place}.${key}`;
          if (!ignored.includes(key)) visit(at, (a as Entries)[key], (b as Entries)[key]);
        }
        if (Array.isArray(a) !== Array.isArray(b)) found.push({ entry, place, before: a, after: b });
      } else if (typeof a === 'number' && typeof b === 'number') {
        if (Math.abs(a - b) > most * Math.max(1, Math.abs(a))) found.push({ entry, place, before: a, after: b });
      } else if (a !== b) {
        found.push({ entry, place, before: a, after: b });
      }
    };
    visit('', before[entry], after[entry]);
  }
  return found;
}

function isObject(value: Json | undefined): value is Json[] | { [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

const MOST_ENTRIES = 20;
const MOST_OF_ONE = 3;
const WIDTH = 160;

/** The first differences for a person to read, and how many there are; '' where there is none. */
export function report(found: readonly Difference[]): string {
  if (found.length === 0) return '';
  const byEntry = new Map<string, Difference[]>();
  for (const one of found) byEntry.set(one.entry, [...(byEntry.get(one.entry) ?? []), one]);
  const lines = [...byEntry]
    .slice(0, MOST_ENTRIES)
    .flatMap(([entry, own]) => [
      entry,
      ...own
        .slice(0, MOST_OF_ONE)
        .flatMap(({ place, before, after }) => [`  ${place}`, `    - ${shown(before)}`, `    + ${shown(after)}`]),
      ...(own.length > MOST_OF_ONE ? [`  and ${own.length - MOST_OF_ONE} more places`] : []),
    ]);
  const rest = byEntry.size > MOST_ENTRIES ? [`and ${byEntry.size - MOST_ENTRIES} more entries`] : [];
  return [...lines, ...rest, `${found.length} differences in ${byEntry.size} entries`].join('\n');
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? '(nothing)' : JSON.stringify(value);
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}
