import type { StepTrace } from '../shared/outcome.js';

/** A token as a frame shows it. */
export interface FrameToken {
  readonly text: string;
  /** `masked`: nothing was predicted yet; `draft`: what was last thought likeliest; `settled`: it stays. */
  readonly state: 'masked' | 'draft' | 'settled';
  /** Whether this step settled it. */
  readonly fresh: boolean;
  /** Probability when it was settled, 0..1; absent for what is not settled. */
  readonly confidence?: number;
}

/** What the canvas of a run looked like after a step; the first frame is before all of them. */
export interface RunFrame {
  /** From 1; 0 before the first. */
  readonly step: number;
  readonly tokens: readonly FrameToken[];
  /** Milliseconds of the step, where they were measured. */
  readonly ms?: number;
}

/**
 * The frames of a run, from its trace. Positions that never got a text are left out of all of them, but for those that were masked where
 * the text is later, so a frame is as long as what is written at last.
 *
 * @param trace of one canvas: of a selection that was denoised in parts, the steps of one part
 */
export function runFrames(trace: readonly StepTrace[]): readonly RunFrame[] {
  const confidences = new Map<number, number>();
  const written = trace.at(-1);
  if (written === undefined) return [];
  const length = endOf(written.draft, written.canvas);
  const masked: FrameToken = { text: '', state: 'masked', fresh: false };
  const frames: RunFrame[] = [{ step: 0, tokens: new Array<FrameToken>(length).fill(masked) }];
  for (const { step, canvas, draft, commits, ms } of trace) {
    const fresh = new Set(commits.map(({ position }) => position));
    for (const { position, confidence } of commits) confidences.set(position, confidence);
    const end = Math.max(length, endOf(draft, canvas));
    const tokens = canvas.slice(0, end).map((text, position): FrameToken => {
      if (text !== null) {
        const confidence = confidences.get(position);
        const known = confidence === undefined ? {} : { confidence };
        return { text, state: 'settled', fresh: fresh.has(position), ...known };
      }
      const guess = draft[position] ?? '';
      return guess === '' ? masked : { text: guess, state: 'draft', fresh: false };
    });
    frames.push({ step: step + 1, tokens: withoutTail(tokens, length), ...(ms === undefined ? {} : { ms }) });
  }
  return frames;
}

/** The first position behind the last text. */
function endOf(draft: readonly (string | null)[], canvas: readonly (string | null)[]): number {
  const texts = canvas.map((text, position) => text ?? draft[position] ?? '');
  return texts.findLastIndex((text) => text !== '') + 1;
}

/** What stands behind the end of the final text is a mask that came to nothing, and says nothing. */
function withoutTail(tokens: readonly FrameToken[], length: number): readonly FrameToken[] {
  const end = tokens.findLastIndex(({ text }, position) => text !== '' || position < length) + 1;
  return tokens.slice(0, end);
}
