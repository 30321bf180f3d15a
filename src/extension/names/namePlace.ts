import { begunIdentifier, continuesIdentifier } from '../../shared/infillRequest.js';

/** After what names follow, and a number's point, after which none does. */
const BEFORE_NAMES = /(?:[^.]\.|->|::)$/u;
const NUMBER = /(?:^|[^\p{ID_Continue}$])[0-9][0-9_]*\.$/u;
/** Enough of a line to tell these. UTF-16 units. */
const UNITS = 120;

/** A place at which an editor may know the names that can follow. */
export interface NamePlace {
  /** What is written of the name already, before the cursor. */
  readonly begun: string;
}

/** The place between two texts; undefined where no name is being written: not after a dot and its like, nor in or after an identifier. */
export function namePlaceAt(prefix: string, suffix: string): NamePlace | undefined {
  if (continuesIdentifier(suffix)) return undefined;
  const before = prefix.slice(-UNITS);
  const begun = begunIdentifier(before);
  if (begun !== '') return { begun };
  return BEFORE_NAMES.test(before) && !NUMBER.test(before) ? { begun } : undefined;
}
