import { inMilliseconds } from './inMilliseconds.js';
import { PASS_KINDS, type Passes, type PassKind } from './outcome.js';

/** The passes there were, by what they were for: "1 denoise 25 ms, 2 verify 31 ms"; '' where there were none of these kinds. */
export function passesInWords(passes: Passes, kinds: readonly PassKind[] = PASS_KINDS): string {
  return kinds
    .filter((kind) => passes[kind].count > 0)
    .map((kind) => `${passes[kind].count} ${kind} ${inMilliseconds(passes[kind].ms)}`)
    .join(', ');
}
