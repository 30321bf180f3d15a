import { InfillError } from '../../../shared/infillError.js';
import { type InfillOptions, MULTILINE_POLICIES } from '../../../shared/infillOptions.js';
import type { DenoiseRequest } from '../../../shared/infillRequest.js';
import { UPPER_ENDS } from '../../files/upperEnds.js';

/** Most denoising steps of a request. */
export const MAX_STEPS = UPPER_ENDS.steps;

interface Range {
  readonly least: number;
  readonly most: number;
  readonly integer: boolean;
  /** Whether `least` itself is too little. */
  readonly above?: boolean;
}

const SHARE: Range = { least: 0, most: 1, integer: false };

const RANGES: Readonly<
  Record<'steps' | 'maxTokens' | 'candidates' | 'temperature' | 'topP' | 'seed' | 'minConfidence', Range>
> = {
  steps: { least: 1, most: MAX_STEPS, integer: true },
  maxTokens: { least: 1, most: 4096, integer: true },
  candidates: { least: 1, most: 8, integer: true },
  temperature: { least: 0, most: 2, integer: false },
  topP: { least: 0, most: 1, integer: false, above: true },
  seed: { least: -Number.MAX_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER, integer: true },
  minConfidence: SHARE,
};
const STRENGTH: Range = { least: 0, most: 1, integer: false, above: true };

/** @throws InfillError `invalid-request` that names the option, its value and its range. */
export function validateOptions(options: InfillOptions): void {
  for (const [name, range] of Object.entries(RANGES)) requireInRange(name, options[name as keyof typeof RANGES], range);
  if (options.stopBelow !== undefined) requireInRange('stopBelow', options.stopBelow, SHARE);
  if (!MULTILINE_POLICIES.includes(options.multiline)) {
    throw invalid(`The option multiline is "${options.multiline}".`, `Use one of: ${MULTILINE_POLICIES.join(', ')}.`);
  }
}

/** @throws InfillError `invalid-request` that names what is wrong. */
export function validateDenoiseRequest({ options, strength, selection, pinned }: DenoiseRequest): void {
  validateOptions(options);
  requireInRange('strength', strength, STRENGTH);
  for (const { start, end } of pinned) {
    if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= selection.length)
      continue;
    throw invalid(
      `The pinned span ${String(start)}-${String(end)} is not inside the selection.`,
      `Spans are offsets from 0 to ${String(selection.length)}, the start not after the end.`,
    );
  }
}

function requireInRange(name: string, value: number, { least, most, integer, above }: Range): void {
  const fits = value <= most && (above ? value > least : value >= least) && (!integer || Number.isInteger(value));
  if (fits) return;
  const kind = integer ? 'a whole number' : 'a number';
  throw invalid(
    `The option ${name} is ${String(value)}.`,
    `It must be ${kind} ${above ? 'above' : 'from'} ${String(least)} ${above ? 'and up ' : ''}to ${String(most)}.`,
  );
}

function invalid(message: string, remedy: string): InfillError {
  return new InfillError('invalid-request', message, remedy);
}
