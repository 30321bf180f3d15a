import { type Command, InvalidArgumentError } from 'commander';
import { LENGTHS } from '../../shared/infillOptions.js';
import type { TextConditions } from '../../shared/infillRequest.js';
import { OPTION_RANGES } from '../../shared/optionRanges.js';
import { named, type RequestOptions } from './commandOptions.js';

/** What has to hold of a text, and how it is computed. */
export interface ConditionOptions extends RequestOptions {
  readonly mustStart?: string;
  readonly mustEnd?: string;
  readonly mustContain?: string;
}

const RANGE = /^(\d{1,9})-(\d{1,9})$/u;
const MOST = OPTION_RANGES.maxTokens.most;

export function addConditionOptions(command: Command): Command {
  return command
    .option('--must-start <text>', 'the text begins with this, whatever the model finds likeliest')
    .option('--must-end <text>', 'the text ends with this')
    .option('--must-contain <text>', 'this stands somewhere in the text; the model chooses where');
}

/** A name of a length, or how many tokens the text has. */
export function addLengthOption(command: Command): Command {
  return command.option(
    '--length <name|min-max>',
    `how long the text is: ${LENGTHS.join(', ')} (default: what the model recommends); or how many tokens of the model's it has, such as 4-12, in the place of --max-tokens`,
    lengthOrRange,
  );
}

/** What a request demands of its text; undefined where it demands nothing. */
export function conditionsOf({
  mustStart,
  mustEnd,
  mustContain,
  length,
}: ConditionOptions): TextConditions | undefined {
  const range = length === undefined ? undefined : rangeOf(length);
  const conditions: TextConditions = {
    ...(mustStart === undefined ? {} : { start: mustStart }),
    ...(mustEnd === undefined ? {} : { end: mustEnd }),
    ...(mustContain === undefined ? {} : { contains: mustContain }),
    ...(range === undefined ? {} : { length: range }),
  };
  return Object.keys(conditions).length === 0 ? undefined : conditions;
}

/** The options without a length in tokens, which limits the tokens instead. */
export function withoutRange<Options extends RequestOptions>(options: Options): Options {
  const range = options.length === undefined ? undefined : rangeOf(options.length);
  if (range === undefined) return options;
  const { length: _, ...others } = options;
  return { ...others, maxTokens: Math.max(1, range.most) } as Options;
}

function rangeOf(length: string): TextConditions['length'] {
  const [, least, most] = RANGE.exec(length) ?? [];
  return least === undefined ? undefined : { least: Number(least), most: Number(most) };
}

function lengthOrRange(text: string): string {
  const range = rangeOf(text);
  if (range === undefined) return named('length', LENGTHS)(text);
  if (range.least <= MOST && range.most <= MOST) return text;
  throw new InvalidArgumentError(`Write two whole numbers of tokens up to ${String(MOST)}, such as 4-12.`);
}
