import type { RunReport } from '../shared/outcome.js';
import type { ModelInfo } from '../shared/protocol.js';

/** Where the time of a request went, in one line. */
export function summary(
  { ms, stepsUsed, encodedTokens, reusedTokens, canvasSize }: RunReport,
  model: ModelInfo,
): string {
  const context = `context ${format(ms.context)} (${encodedTokens} tokens encoded, ${reusedTokens} reused)`;
  const steps = `${stepsUsed} steps on a canvas of ${canvasSize} at ${format(mean(ms.steps))} each`;
  return `${context}, ${steps}, ${format(ms.total)} in all; ${model.name} ${model.version} on ${model.device}, ${model.threads} threads`;
}

/** Arithmetic mean, 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Milliseconds with as many digits as say something. */
export function format(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
