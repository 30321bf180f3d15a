import { inMilliseconds } from '../../shared/inMilliseconds.js';
import type { RunReport } from '../../shared/outcome.js';
import { passesInWords } from '../../shared/passesInWords.js';
import type { ModelInfo } from '../../shared/protocol.js';
import { visibleLine } from '../../shared/visibleText.js';

/** Where the time of a request went, and what computed it: two lines. */
export function summary(report: RunReport, { name, version, device, threads }: ModelInfo): string {
  return `${requestTimes(report)}\n${visibleLine(`${name} ${version}`)} on ${device}, ${threads} threads`;
}

/** Where the time of a request went. */
export function requestTimes(report: RunReport): string {
  const { ms, passes, encodedTokens, reusedTokens, canvasSize } = report;
  const context = `context ${inMilliseconds(passes.context.ms)} (${encodedTokens} tokens encoded, ${reusedTokens} reused)`;
  return `${inMilliseconds(ms.total)} in all: ${context}, ${stepsInWords(report, ` on a canvas of ${canvasSize}`)}`;
}

/** "3 steps: 1 denoise 25 ms, 2 verify 31 ms; ranking 12 ms". Alternatives take passes too, and not every step needs one. */
export function stepsInWords(
  { stepsUsed, passes, stoppedBy }: Pick<RunReport, 'stepsUsed' | 'passes' | 'stoppedBy'>,
  where = '',
): string {
  const settling = passes.denoise.count + passes.verify.count;
  const steps =
    settling === stepsUsed
      ? count(stepsUsed, 'step')
      : `${count(stepsUsed, 'step')} (${count(settling, 'pass', 'passes')})`;
  return [
    `${steps}${where}${settling === 0 ? '' : `: ${passesInWords(passes, ['denoise', 'verify'])}`}`,
    ...(passes.rank.count === 0 ? [] : [`ranking ${inMilliseconds(passes.rank.ms)}`]),
    ...(passes.length.count === 0 ? [] : [`lengths ${inMilliseconds(passes.length.ms)}`]),
    ...(stoppedBy === undefined ? [] : [`stopped by the ${stoppedBy}`]),
  ].join('; ');
}

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

/** Arithmetic mean, 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
