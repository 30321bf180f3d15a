import {
  type InfillOptions,
  LENGTHS,
  MULTILINE_POLICIES,
  type MultilinePolicy,
  REMASKINGS,
  SAMPLERS,
} from '../shared/infillOptions.js';
import { isInRange, OPTION_RANGES, type OptionRange, rangeInWords } from '../shared/optionRanges.js';

/** What a client sets under `infill`. What is absent is what the model recommends. */
export interface ServerOptions {
  /** Whether suggestions also come while a person types; otherwise only when asked for. */
  readonly automatic: boolean;
  /** Whether texts of other open documents are drawn on. */
  readonly project: boolean;
  /** Texts for somebody who asks. */
  readonly candidates: number;
  /** Of what comes while a person types. */
  readonly minConfidence: number;
  readonly maxTokens: number;
  readonly multiline: MultilinePolicy;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly steps?: number;
  readonly deadlineMs?: number;
  readonly stopBelow?: number;
  readonly sampler?: string;
  readonly remask?: string;
  readonly length?: string;
}

/** As in the extension, so that a place has the same suggestions in every editor. */
export const DEFAULT_OPTIONS: ServerOptions = {
  automatic: true,
  project: true,
  candidates: 3,
  minConfidence: 0.15,
  maxTokens: 64,
  multiline: 'auto',
  temperature: 0,
  topP: 0.95,
  seed: 1,
};

/** Whether a value may be one, or what may be, as the end of "Write ...". */
type Check = (value: unknown) => string | undefined;

const CHECKS: Readonly<Record<keyof ServerOptions, Check>> = {
  automatic: boolean,
  project: boolean,
  candidates: numberIn(OPTION_RANGES.candidates),
  minConfidence: numberIn(OPTION_RANGES.minConfidence),
  maxTokens: numberIn(OPTION_RANGES.maxTokens),
  multiline: oneOf(MULTILINE_POLICIES),
  temperature: numberIn(OPTION_RANGES.temperature),
  topP: numberIn(OPTION_RANGES.topP),
  seed: numberIn(OPTION_RANGES.seed),
  steps: numberIn(OPTION_RANGES.steps),
  deadlineMs: numberIn(OPTION_RANGES.deadlineMs),
  stopBelow: numberIn(OPTION_RANGES.stopBelow),
  sampler: oneOf(SAMPLERS, true),
  remask: oneOf(REMASKINGS),
  length: oneOf(LENGTHS),
};

export interface ReadOptions {
  readonly options: ServerOptions;
  /** What is wrong with settings that were left out of it, each with what to do about it. */
  readonly problems: readonly string[];
}

/**
 * Reads what a client sends as settings, of any type: nothing keeps it from being nonsense.
 *
 * @param sent the value of the section `infill`, or settings of any kind with that section in them; nothing where nothing is set
 * @param otherwise what holds of settings that are absent
 * @param isSection whether it was asked for as that section, so that all of it is meant for Infill
 */
export function readOptions(sent: unknown, otherwise: ServerOptions = DEFAULT_OPTIONS, isSection = false): ReadOptions {
  const section = isSection ? sent : sectionOf(sent);
  if (section === undefined || section === null) return { options: otherwise, problems: [] };
  if (typeof section !== 'object' || Array.isArray(section)) {
    return { options: otherwise, problems: [`infill is ${shown(section)}. Write an object with settings.`] };
  }
  const read: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(section)) {
    if (value === null || value === undefined) continue;
    if (!isOption(name)) {
      problems.push(`There is no setting infill.${name}. Choose from: ${Object.keys(CHECKS).join(', ')}.`);
      continue;
    }
    const wanted = CHECKS[name](value);
    if (wanted === undefined) read[name] = value;
    else problems.push(`infill.${name} is ${shown(value)}. Write ${wanted}.`);
  }
  // Each value has passed the check of its name.
  return { options: { ...otherwise, ...(read as Partial<ServerOptions>) }, problems };
}

/**
 * The options of a request.
 *
 * @param steps where none are set
 * @param isAsked by a person, who is given several texts
 */
export function infillOptions(options: ServerOptions, steps: number, isAsked: boolean): InfillOptions {
  const { automatic: _, project: __, candidates, ...own } = options;
  // How sure a text must be is looked at when it is shown: the answer may be one for somebody else then.
  return { steps, ...own, candidates: isAsked ? candidates : 1, minConfidence: 0, trace: false };
}

/** Some clients send a section without saying so, others everything that they were configured with, whoever it is for. */
function sectionOf(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null) return sent;
  if ('infill' in sent) return sent.infill;
  return Array.isArray(sent) || Object.keys(sent).some(isOption) ? sent : undefined;
}

function isOption(name: string): name is keyof ServerOptions {
  return Object.hasOwn(CHECKS, name);
}

function boolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'true or false';
}

function numberIn(range: OptionRange): Check {
  return (value) => (typeof value === 'number' && isInRange(value, range) ? undefined : rangeInWords(range));
}

/** @param withParameters names may be followed by them: `name:key=value` */
function oneOf(choices: readonly string[], withParameters = false): Check {
  return (value) => {
    const name = typeof value === 'string' && withParameters ? value.split(':')[0] : value;
    return choices.some((choice) => choice === name) ? undefined : `one of: ${choices.join(', ')}`;
  };
}

/** Settings can be long; a message is for reading. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
