import type { ViewAction } from './viewAction.js';

/** A pressed key, as an event of a page has it. */
export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** What a key does anywhere in the view. Where macOS has the command key, it counts as control. */
export function viewKey({ key, ctrlKey, metaKey, shiftKey, altKey }: PressedKey): ViewAction | undefined {
  if (altKey) return undefined;
  if (!ctrlKey && !metaKey) return key === 'Enter' && shiftKey ? { type: 'continue' } : undefined;
  switch (key) {
    case 'z':
      return { type: 'undo' };
    case 'Z':
    case 'y':
      return { type: 'redo' };
    case 'Enter':
      return { type: 'insert' };
    case 'Backspace':
      return { type: 'discard' };
    default:
      return undefined;
  }
}

/** What a key does to the selected tokens. A field in which they are typed over may begin with what stands there. */
export type TokenKey =
  | { readonly type: 'ask' | 'mask' | 'pin' | 'insertMask' | 'remove' | 'closeAlternatives' }
  | { readonly type: 'openInput'; readonly isPrefilled: boolean }
  | {
      readonly type: 'move';
      readonly to: 'left' | 'right' | 'up' | 'down' | 'start' | 'end';
      readonly extends: boolean;
    };

const MOVES = new Map([
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
  ['ArrowUp', 'up'],
  ['ArrowDown', 'down'],
  ['Home', 'start'],
  ['End', 'end'],
] as const);

/** What a key does while a token has the focus. */
export function tokenKey({ key, ctrlKey, metaKey, shiftKey, altKey }: PressedKey): TokenKey | undefined {
  const isControl = ctrlKey || metaKey;
  if (altKey) return undefined;
  const move = [...MOVES].find(([name]) => name === key)?.[1];
  if (move !== undefined && !isControl) return { type: 'move', to: move, extends: shiftKey };
  if (key === 'Delete') return { type: isControl ? 'remove' : 'mask' };
  if (isControl) return undefined;
  if (key === 'p' || key === 'P') return { type: 'pin' };
  if (key === 'Enter' && !shiftKey) return { type: 'ask' };
  if (key === 'Backspace') return { type: 'mask' };
  if (key === 'Insert') return { type: 'insertMask' };
  if (key === 'Escape') return { type: 'closeAlternatives' };
  if (key === 'F2') return { type: 'openInput', isPrefilled: true };
  return /^\S$/u.test(key) ? { type: 'openInput', isPrefilled: false } : undefined;
}
