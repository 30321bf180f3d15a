import type { RunReport } from '../../shared/outcome.js';
import type { ModelInfo } from '../../shared/protocol.js';
import { visibleLine } from '../../shared/visibleText.js';

/** Where the time of a request went, and what computed it: two lines. */
export function summary(report: RunReport, { name, version, device, threads }: ModelInfo): string {
  return `${requestTimes(report)}\n${visibleLine(`${name} ${version}`)} on ${device}, ${threads} threads`;
}

/** Where the time of a request went. */
export function requestTimes({ ms, stepsUsed, encodedTokens, reusedTokens, canvasSize }: RunReport): string {
  const context = `context ${format(ms.context)} (${encodedTokens} tokens encoded, ${reusedTokens} reused)`;
  const steps = `${stepsUsed} steps on a canvas of ${canvasSize} at ${format(mean(ms.steps))} each`;
  return `${format(ms.total)} in all: ${context}, ${steps}`;
}

/** Arithmetic mean, 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Milliseconds with as many digits as say something. */
export function format(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
