import type { CanvasContext } from '../context/assembleContext.js';
import type { MiddleDemands } from '../context/demands.js';
import type { NamesAhead } from './namesAhead.js';
import type { MiddleEnd } from './canvas.js';

/** A canvas between two texts, and what is known about the middle besides the model. */
export interface CanvasTask extends CanvasContext {
  /** Token ids, the mask id where unknown; the others are pinned. */
  readonly canvas: readonly number[];
  /** Whether the middle may go on after a line end. */
  readonly multiline: boolean;
  /** Whether text follows the hole on its line. */
  readonly insideLine: boolean;
  /** Whether a middle that is blank or only opens something is none: the hole is a line of its own. */
  readonly mustWrite?: boolean;
  /** Whether a middle may end as it does, seen from both sides; absent = it may. */
  readonly mayEnd?: (middle: string) => boolean;
  /** What ends the string or comment that the cursor stands in; absent or '' where it stands in neither. */
  readonly inside?: string;
  /** Columns of a tab in the document. */
  readonly tabWidth: number;
  /** Hidden characters of the user's own text, which may come again. */
  readonly ownHidden: ReadonlySet<string>;
  /** Names that may stand at the cursor, and what they add to tokens that lead to them, nats; absent = none are known. */
  readonly names?: { readonly ahead: NamesAhead; readonly weight: number };
  /** Whether the name before the cursor is whole, so that no text may make it longer. */
  readonly afterWholeName?: boolean;
  /** The middle ends where the most likely token is less probable than this; 0 = never. */
  readonly stopBelow: number;
  /** Where the middle ends; absent = at its `<eom>`. */
  readonly endsAt?: MiddleEnd;
  /** Whether the model may make the canvas longer and shorter, up to so many tokens; absent = it may not. */
  readonly growsTo?: number;
  /** What the middle has to be; absent = nothing is demanded. */
  readonly demands?: MiddleDemands;
}
