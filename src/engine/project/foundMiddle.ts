/** A cursor in a document of the project. */
export interface ProjectPlace {
  /** The document that is edited, and where: its indexed text near the cursor's line is never an answer. */
  readonly uri: string;
  /** UTF-16 units before the cursor in the whole document. */
  readonly offset: number;
  /** Text before and after the cursor (the request's: tail and head). */
  readonly prefix: string;
  readonly suffix: string;
  readonly languageId: string;
}

/** What stood elsewhere between neighbours like those of the cursor. */
export interface FoundMiddle {
  /**
   * What is to stand at the cursor (the rest of a partly typed identifier included); lines end at \n, and lines after the first are
   * indented relative to the line it begins in, i.e. with the found line's own indentation taken off. Empty: nothing is missing.
   */
  readonly text: string;
  /** Tokens equal to the left (m), and to the right (r). */
  readonly left: number;
  readonly right: number;
  /** Places at which the same middle was found, this one among them. */
  readonly votes: number;
  readonly from: {
    readonly uri: string;
    readonly path: string;
    /** From 1. */
    readonly line: number;
    /** See FoundSource. */
    readonly isEdit?: true;
  };
}

/** Equal tokens to the right beyond which one match is not better than another. */
export const RIGHT_ENOUGH = 10;

/** What found middles are ordered by: how much is equal around them. */
export function likeness({ left, right }: Pick<FoundMiddle, 'left' | 'right'>): number {
  return left + Math.min(right, RIGHT_ENOUGH);
}

/** Texts that can be searched for what is to stand at a cursor. */
export interface ProjectTexts {
  /**
   * What stands elsewhere between neighbours like those of the cursor, the most alike first: by the tokens that are equal to the
   * left and, at most ten, to the right; then by how often the same was found.
   *
   * @param most so many are answered at most
   */
  find(place: ProjectPlace, most: number): readonly FoundMiddle[];
}
