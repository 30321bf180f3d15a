import type { CodeBefore } from './codeBefore.js';
import { scanCode } from './scanCode.js';

/** What a middle leaves open that it opened itself; `text` is a string or a block comment. */
export type OpenEnd = 'nothing' | 'bracket' | 'text';
export type OpenEnds = (middle: string) => OpenEnd;

/** @param before the code before the middle: what is open there already is not the middle's to close. */
export function openEndsAfter({ cursor: before, syntax }: Pick<CodeBefore, 'cursor' | 'syntax'>): OpenEnds {
  const depth = before.open.length;
  return (middle) => {
    const { inside, open } = scanCode(middle, before, syntax);
    if (inside !== before.inside && inside !== '' && inside !== '\n') return 'text';
    return open.length > depth ? 'bracket' : 'nothing';
  };
}
