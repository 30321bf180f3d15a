import type { Suggestion } from '../../atCursor/suggestion.js';

/** What of a draft may be shown at a place. */
export interface Draft {
  readonly suggestion: Suggestion;
  /** Whether it comes to its end; otherwise it breaks off where the model is not sure yet. */
  readonly isWhole: boolean;
  /** To be called when it is shown: it stands then where somebody types along with it. */
  readonly drew: () => void;
}
