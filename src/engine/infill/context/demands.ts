import type { CandidateToken } from '../../../shared/outcome.js';

/** What is demanded of a middle, besides what stands around it. */
export interface MiddleDemands {
  /** Stands somewhere in it, with `\n`; absent = nothing has to. */
  readonly contains?: string;
  /** Tokens that it has; what only repeats the end of the prefix is none. */
  readonly least: number;
  readonly most: number;
  /** Whether a length was asked for, so that the canvas is to be as long. */
  readonly isSized: boolean;
}

/** What the whole text begins and ends with. The hole that is filled is what lies between. */
export interface Demands extends MiddleDemands {
  /** With the document's line ends; '' where nothing is demanded. */
  readonly start: string;
  readonly end: string;
  /** The tokens of both. */
  readonly startTokens: readonly CandidateToken[];
  readonly endTokens: readonly CandidateToken[];
}
