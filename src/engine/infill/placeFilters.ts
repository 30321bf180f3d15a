import type { Candidate } from '../../shared/outcome.js';
import { type Postprocess, postprocessAt } from '../postprocess/postprocess.js';
import { onlyOpens } from '../text/onlyOpens.js';
import { type Hole, isOnEmptyLine } from './context/hole.js';

/** What makes texts fit a place, and which of them may stand there. */
export interface PlaceFilters {
  readonly fit: Postprocess;
  /** Whether a text is more than the opening of something on an empty line. */
  readonly mayBeSuggested: (candidate: Candidate) => boolean;
}

export function filtersAt(hole: Hole, multiline: boolean): PlaceFilters {
  const isOnEmpty = isOnEmptyLine(hole);
  return {
    fit: postprocessAt({ ...hole.context, multiline }, hole.code),
    mayBeSuggested: ({ text }) => !(isOnEmpty && onlyOpens(text, hole.code.cursor.inside)),
  };
}
