import { type Command, InvalidArgumentError, Option } from 'commander';
import { recommendedAt, type RecommendedOptions } from '../../engine/contract/recommended.js';
import {
  type Device,
  DEVICES,
  type InfillOptions,
  LENGTHS,
  MULTILINE_POLICIES,
  type MultilinePolicy,
  REMASKINGS,
  SAMPLERS,
} from '../../shared/infillOptions.js';

/** Which model runs where. */
export interface ModelOptions {
  readonly model?: string;
  readonly device: Device;
  readonly threads: number;
}

/** How a request is computed. What is not given is what the model recommends. */
export interface RequestOptions {
  readonly steps?: number;
  readonly candidates: number;
  readonly maxTokens: number;
  readonly multiline: MultilinePolicy;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly minConfidence?: number;
  readonly stopBelow?: number;
  readonly language?: string;
  readonly sampler?: string;
  readonly remask?: string;
  readonly length?: string;
}

export function addModelOptions(command: Command): Command {
  return command
    .option(
      '--model <model>',
      'name of a model, or a model folder (default: $INFILL_MODEL, else what "infill models use" chose, else the bundled one)',
    )
    .addOption(new Option('--device <device>', 'where to compute').choices(DEVICES).default('auto'))
    .option('--threads <n>', 'compute threads, 0 = number of physical cores', integer(0, 256), 0);
}

export function addRequestOptions(command: Command): Command {
  return addTextOptions(addStepOptions(command));
}

/** How many steps there are and what they do. */
export function addStepOptions(command: Command): Command {
  return command
    .option('--steps <n>', 'denoising steps at most, 1-64 (default: what the model recommends)', integer(1, 64))
    .option(
      '--sampler <name>',
      `which tokens a step settles (default: what the model recommends): ${SAMPLERS.join(', ')}; name:key=value with parameters`,
      named('sampler', SAMPLERS),
    )
    .option(
      '--remask <name>',
      `how settled tokens are masked again, with mdlm-ancestral: ${REMASKINGS.join(', ')}`,
      named('remasking', REMASKINGS),
    );
}

/** What does not say how many steps there are and what they do. */
export function addTextOptions(command: Command): Command {
  return addDrawOptions(command)
    .option(
      '--length <name>',
      `how long the text is: ${LENGTHS.join(', ')} (default: what the model recommends)`,
      named('length', LENGTHS),
    )
    .option('--candidates <n>', 'alternatives to compute, 1-8', integer(1, 8), 1)
    .option('--max-tokens <n>', 'length of the middle in tokens at most', integer(1, 1024), 64)
    .addOption(
      new Option('--multiline <policy>', 'whether several lines may be filled in')
        .choices(MULTILINE_POLICIES)
        .default('auto'),
    )
    .option(
      '--min-confidence <c>',
      'suggest nothing whose estimated chance of being right, as far as it goes, is below this, 0-1',
      decimal(0, 1),
    )
    .option('--stop-below <p>', 'end the text where no token has this probability, 0-1, 0 = never', decimal(0, 1));
}

/** How tokens are drawn, wherever they stand. */
export function addDrawOptions(command: Command): Command {
  return command
    .option('--temperature <t>', '0 = most likely tokens, above 0 = sampled, 0-2', decimal(0, 2), 0)
    .option(
      '--top-p <p>',
      'sample among the likeliest tokens with this total probability, 0-1',
      decimal(Number.MIN_VALUE, 1),
      0.95,
    )
    .option('--seed <n>', 'seed of all randomness', integer(0, 2 ** 32 - 1), 0)
    .option('--language <id>', 'VS Code language id (default: from the file name)');
}

/** The options of one request, complete: defaults are merged here and nowhere else. */
export function infillOptions(options: RequestOptions, recommended: RecommendedOptions, trace: boolean): InfillOptions {
  const { candidates, maxTokens, multiline, temperature, topP, seed } = options;
  const steps = options.steps ?? recommended.steps;
  const minConfidence = options.minConfidence ?? recommendedAt(recommended, steps).minConfidence;
  const { sampler, remask, length, stopBelow } = options;
  return {
    ...{ steps, maxTokens, candidates, multiline, temperature, topP, seed, minConfidence, trace },
    ...(sampler === undefined ? {} : { sampler }),
    ...(remask === undefined ? {} : { remask }),
    ...(length === undefined ? {} : { length }),
    ...(stopBelow === undefined ? {} : { stopBelow }),
  };
}

/** Parser of one of `names`, with or without parameters; the engine knows which ones. */
export function named(what: string, names: readonly string[]): (text: string) => string {
  return (text) => {
    const [name = ''] = text.split(':');
    if (names.includes(name)) return text;
    throw new InvalidArgumentError(`There is no ${what} "${name}". Choose one of: ${names.join(', ')}.`);
  };
}

/** Parser of a whole number from `min` to `max`. */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    return within(value, min, max, `a whole number from ${min} to ${max}`);
  };
}

/** Parser of a number from `min` to `max`. */
export function decimal(min: number, max: number): (text: string) => number {
  const what = min === Number.MIN_VALUE ? `a number above 0 and up to ${max}` : `a number from ${min} to ${max}`;
  return (text) => within(/^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN, min, max, what);
}

/** Parser of a list of whole numbers, separated by commas. */
export function integerList(min: number, max: number): (text: string) => readonly number[] {
  return (text) => text.split(',').map(integer(min, max));
}

function within(value: number, min: number, max: number, what: string): number {
  if (!(value >= min && value <= max)) {
    throw new InvalidArgumentError(`Write ${what}.`);
  }
  return value;
}
