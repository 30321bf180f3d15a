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
import {
  isInRange,
  NARROWER_RANGES,
  OPTION_RANGES,
  type OptionRange,
  rangeInWords,
} from '../../shared/optionRanges.js';

/** Which model runs where. */
export interface ModelOptions {
  readonly model?: string;
  readonly device: Device;
  readonly threads: number;
}

/** How a request is computed. What is not given is what the model recommends. */
export interface RequestOptions {
  readonly steps?: number;
  readonly deadline?: number;
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

/** Which texts besides the document a suggestion may draw on. */
export interface ProjectOptions {
  readonly workspace?: string;
  readonly project: 'on' | 'off';
}

export function addProjectOptions(command: Command): Command {
  return command
    .option(
      '--workspace <folder>',
      'draw on the texts of this folder too, as an editor does that has it open: what no .gitignore names, without secrets, large and minified files',
    )
    .addOption(
      new Option('--project <mode>', 'off: leave workspaces aside').choices(['on', 'off'] as const).default('on'),
    );
}

export function addModelOptions(command: Command): Command {
  return command
    .option(
      '--model <model>',
      'name of a model, or a model folder (default: $INFILL_MODEL, else what "infill models use" chose, else the bundled one)',
    )
    .addOption(new Option('--device <device>', 'where to compute').choices(DEVICES).default('auto'))
    .option('--threads <n>', 'compute threads, 0 = number of physical cores', numberIn(OPTION_RANGES.threads), 0);
}

/** @param addLength adds the option for how long the text is. */
export function addRequestOptions(command: Command, addLength = addLengthName): Command {
  return addTextOptions(addStepOptions(command), addLength);
}

/** How many steps there are and what they do. */
export function addStepOptions(command: Command): Command {
  command.option(
    '--steps <n>',
    `denoising steps at most, ${ends(OPTION_RANGES.steps)}: passes that settle something; with its own sampler a model takes no more than it gains from (default: what the model recommends)`,
    numberIn(OPTION_RANGES.steps),
  );
  return addDeadlineOption(command)
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

/** When the last step has to be over. */
export function addDeadlineOption(command: Command): Command {
  return command.option(
    '--deadline <ms>',
    `milliseconds after which no step may end, ${ends(OPTION_RANGES.deadlineMs)}; one is always taken (default: none)`,
    numberIn(OPTION_RANGES.deadlineMs),
  );
}

/** What does not say how many steps there are and what they do. */
export function addTextOptions(command: Command, addLength = addLengthName): Command {
  return addLength(addDrawOptions(command))
    .option(
      '--candidates <n>',
      `alternatives to compute, ${ends(OPTION_RANGES.candidates)}`,
      numberIn(OPTION_RANGES.candidates),
      1,
    )
    .option('--max-tokens <n>', 'length of the middle in tokens at most', numberIn(OPTION_RANGES.maxTokens), 64)
    .addOption(
      new Option('--multiline <policy>', 'whether several lines may be filled in')
        .choices(MULTILINE_POLICIES)
        .default('auto'),
    )
    .option(
      '--min-confidence <c>',
      `suggest nothing whose estimated chance of being right, as far as it goes, is below this, ${ends(OPTION_RANGES.minConfidence)}`,
      numberIn(OPTION_RANGES.minConfidence),
    )
    .option(
      '--stop-below <p>',
      `end the text where no token has this probability, ${ends(OPTION_RANGES.stopBelow)}, 0 = never`,
      numberIn(OPTION_RANGES.stopBelow),
    );
}

function addLengthName(command: Command): Command {
  return command.option(
    '--length <name>',
    `how long the text is: ${LENGTHS.join(', ')} (default: what the model recommends)`,
    named('length', LENGTHS),
  );
}

/** How tokens are drawn, wherever they stand. */
export function addDrawOptions(command: Command): Command {
  return command
    .option(
      '--temperature <t>',
      `0 = most likely tokens, above 0 = sampled, ${ends(OPTION_RANGES.temperature)}`,
      numberIn(OPTION_RANGES.temperature),
      0,
    )
    .option(
      '--top-p <p>',
      `sample among the likeliest tokens with this total probability, ${ends(OPTION_RANGES.topP)}`,
      numberIn(OPTION_RANGES.topP),
      0.95,
    )
    .option('--seed <n>', 'seed of all randomness', numberIn(NARROWER_RANGES.commandLine.seed), 0)
    .option('--language <id>', 'VS Code language id (default: from the file name)');
}

/** The options of one request, complete: defaults are merged here and nowhere else. */
export function infillOptions(options: RequestOptions, recommended: RecommendedOptions, trace: boolean): InfillOptions {
  const { candidates, maxTokens, multiline, temperature, topP, seed } = options;
  const steps = options.steps ?? recommended.steps;
  const minConfidence = options.minConfidence ?? recommendedAt(recommended, steps).minConfidence;
  const { sampler, remask, length, stopBelow, deadline } = options;
  return {
    ...{ steps, maxTokens, candidates, multiline, temperature, topP, seed, minConfidence, trace },
    ...(sampler === undefined ? {} : { sampler }),
    ...(remask === undefined ? {} : { remask }),
    ...(length === undefined ? {} : { length }),
    ...(stopBelow === undefined ? {} : { stopBelow }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
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

/** Parser of a number of a range. */
export function numberIn(range: OptionRange): (text: string) => number {
  const isNumber = range.whole ? /^\d{1,10}$/ : /^(\d+\.?\d*|\.\d+)$/;
  return (text) => {
    const value = isNumber.test(text) ? Number(text) : NaN;
    if (isInRange(value, range)) return value;
    throw new InvalidArgumentError(`Write ${rangeInWords(range)}.`);
  };
}

/** Parser of a list of numbers of a range, separated by commas. */
export function numbersIn(range: OptionRange): (text: string) => readonly number[] {
  return (text) => text.split(',').map(numberIn(range));
}

/** For help texts: "1-64". */
function ends({ least, most }: OptionRange): string {
  return `${least}-${most}`;
}
