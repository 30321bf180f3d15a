import type { Engine } from '../../engine/engine.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import { PASS_KINDS, type PassCount, type Passes, type PassKind, type RunReport } from '../../shared/outcome.js';
import { infillOptions } from '../input/commandOptions.js';
import { mean } from '../output/summary.js';

export interface Measurement {
  /** Upper limit that was asked for, and the canvas that the engine chose. */
  readonly maxTokens: number;
  readonly canvas: number;
  readonly steps: number;
  readonly stepsUsed: number;
  /** Median over the repetitions of a step's mean. */
  readonly msPerStep: number;
  /** Reading the context: all of it, and after one more keystroke (a mean, for a token has several characters). */
  readonly coldContextMs: number;
  readonly coldTokens: number;
  readonly warmContextMs: number;
  readonly warmTokens: number;
  /** From the keystroke to the text. */
  readonly warmTotalMs: number;
  /** Of such a request, each number a median of its own. */
  readonly warmPasses: Passes;
}

export interface MeasureOptions {
  readonly maxTokens: number;
  readonly steps: number;
  readonly repeats: number;
  readonly signal: AbortSignal;
}

/** Typed at the end of a context that no cache has seen before: all at once, then keystroke by keystroke. */
const TYPED = { atOnce: 'result = items', keystrokes: ['.', 'm', 'a', 'p'] };

/**
 * Measures requests of one kind: each repetition reads a new context, then fills in again after each of some keystrokes. The
 * results are medians.
 */
export async function measure(engine: Engine, options: MeasureOptions): Promise<Measurement> {
  const { maxTokens, steps, repeats } = options;
  const requestOptions: InfillOptions = {
    ...infillOptions(
      { candidates: 1, maxTokens, multiline: 'always', temperature: 0, topP: 1, seed: 0 },
      engine.recommended,
      false,
    ),
    steps,
    minConfidence: 0,
  };
  const cold: RunReport[] = [];
  const warm: RunReport[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const { prefix, suffix } = sampleText(`${maxTokens}x${steps}x${repeat}x${performance.now()}`);
    const typed = [TYPED.atOnce, ...TYPED.keystrokes];
    for (const [n] of typed.entries()) {
      options.signal.throwIfAborted();
      const text = prefix + typed.slice(0, n + 1).join('');
      const context = {
        prefix: text,
        prefixOffset: 0,
        suffix,
        languageId: 'typescript',
        eol: '\n',
        indentUnit: '  ',
      } as const;
      const { report } = await engine.infill({ context, options: requestOptions }, { signal: options.signal });
      (n === 0 ? cold : warm).push(report);
    }
  }
  const all = [...cold, ...warm];
  return {
    maxTokens,
    canvas: median(all.map(({ canvasSize }) => canvasSize)),
    steps,
    stepsUsed: median(all.map(({ stepsUsed }) => stepsUsed)),
    msPerStep: median(all.map(({ ms }) => mean(ms.steps))),
    coldContextMs: median(cold.map(({ ms }) => ms.context)),
    coldTokens: median(cold.map(({ encodedTokens }) => encodedTokens)),
    warmContextMs: mean(warm.map(({ ms }) => ms.context)),
    warmTokens: mean(warm.map(({ encodedTokens }) => encodedTokens)),
    warmTotalMs: median(warm.map(({ ms }) => ms.total)),
    warmPasses: medianPasses(warm.map(({ passes }) => passes)),
  };
}

function medianPasses(all: readonly Passes[]): Passes {
  const of = (kind: PassKind): PassCount => ({
    count: median(all.map((passes) => passes[kind].count)),
    ms: median(all.map((passes) => passes[kind].ms)),
  });
  return Object.fromEntries(PASS_KINDS.map((kind) => [kind, of(kind)])) as Record<PassKind, PassCount>;
}

/** Code of ordinary looks, long enough to fill any context window; the `name` is near both sides of the hole, so no cache knows it. */
function sampleText(name: string): { readonly prefix: string; readonly suffix: string } {
  const id = name.replace(/\W/g, '_');
  const functions = Array.from(
    { length: 40 },
    (_, n) =>
      `/** Adds ${n} to the total of ${id}. */\nexport function add${n}_${id}(total: number): number {\n  return total + ${n};\n}\n`,
  );
  const last = `export function totalOf(items: readonly Item[]): number {\n  // ${id}\n  const `;
  return {
    prefix: `// ${id}\n${functions.join('\n')}\n${last}`,
    suffix: `; // ${id}\n  return sum(result);\n}\n\n${functions.slice(0, 8).join('\n')}`,
  };
}

/** The upper one of two middle values; 0 of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share (below 1) of all values lies; 0 of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}
