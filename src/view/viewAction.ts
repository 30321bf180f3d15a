import type { TextConditions } from '../shared/infillRequest.js';
import type { CanvasAlternative } from '../shared/outcome.js';
import type { ToView } from './viewMessages.js';

/** What can happen to a view: a message came, or a person did something. Edits are made to what is selected. */
export type ViewAction =
  | { readonly type: 'message'; readonly message: Exclude<ToView, { readonly type: 'open' }> }
  /** The keyboard or the pointer is at another position. */
  | { readonly type: 'select'; readonly position: number; readonly extends?: boolean }
  | { readonly type: 'scrub'; readonly frame: number }
  | { readonly type: 'play' | 'pause' | 'tick' }
  | { readonly type: 'ask' | 'closeAlternatives' }
  | { readonly type: 'choose'; readonly alternative: CanvasAlternative }
  | { readonly type: 'mask' | 'maskUnpinned' | 'maskUnsure' | 'pin' | 'insertMask' | 'remove' }
  | { readonly type: 'typeOver'; readonly text: string }
  | { readonly type: 'setSteps'; readonly steps: number }
  | { readonly type: 'setConditions'; readonly conditions: TextConditions }
  | { readonly type: 'undo' | 'redo' }
  | { readonly type: 'continue' | 'startOver' | 'stop' | 'insert' | 'discard' | 'copyPicture' };
