/** The file that is typed in, in either workspace. */
export const TYPED_FILE = 'items.ts';

/** `filling`: while the index is being filled, where there is much to fill it with; `full`: afterwards. */
export const PHASES = ['filling', 'full'] as const;
export type Phase = (typeof PHASES)[number];

/** A key that was answered. */
export interface Key {
  /** From the key to the answer of the extension. */
  readonly ms: number;
  readonly source: 'model' | 'cache' | 'editor';
  readonly outcome: 'suggested' | 'none';
  /** Files that were still to be read or indexed when it was pressed. */
  readonly waiting: number;
}

/** What was measured in one start of VS Code. */
export interface Typing {
  readonly keys: Readonly<Record<Phase, readonly Key[]>>;
  /** In the index at the end. */
  readonly documents: number;
  /** From the end of the first phase until the index was full. */
  readonly fullMs: number;
}
