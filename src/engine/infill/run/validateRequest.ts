import { type InfillOptions, MULTILINE_POLICIES } from '../../../shared/infillOptions.js';
import {
  type DenoiseRequest,
  type InfillRequest,
  isIdentifier,
  LONGEST_BESIDES,
  LONGEST_NAME,
  MOST_BESIDES,
  MOST_NAMES,
} from '../../../shared/infillRequest.js';
import { isInRange, OPTION_RANGES, type OptionRange, rangeInWords } from '../../../shared/optionRanges.js';
import { validateEdits } from './validateEdits.js';
import { invalidRequest } from './invalidRequest.js';

const ALWAYS_GIVEN = ['steps', 'maxTokens', 'candidates', 'temperature', 'topP', 'seed', 'minConfidence'] as const;

const SOMETIMES_GIVEN = ['stopBelow', 'deadlineMs'] as const;

/** @throws InfillError `invalid-request` that names the option, its value and its range. */
export function validateOptions(options: InfillOptions): void {
  for (const name of ALWAYS_GIVEN) requireInRange(name, options[name], OPTION_RANGES[name]);
  for (const name of SOMETIMES_GIVEN) {
    const value = options[name];
    if (value !== undefined) requireInRange(name, value, OPTION_RANGES[name]);
  }
  if (!MULTILINE_POLICIES.includes(options.multiline)) {
    throw invalidRequest(
      `The option multiline is "${options.multiline}".`,
      `Use one of: ${MULTILINE_POLICIES.join(', ')}.`,
    );
  }
}

/** @throws InfillError `invalid-request` that names what is wrong. */
export function validateInfillRequest({ context, options, recent, names, besides, entry }: InfillRequest): void {
  validateOptions(options);
  if (recent !== undefined) validateEdits(recent);
  validateNames(names);
  if (besides !== undefined) validateBesides(besides);
  const most = context.prefix.length;
  if (entry !== undefined && !(Number.isInteger(entry.ahead) && entry.ahead >= 0 && entry.ahead <= most)) {
    throw invalidRequest(
      `entry.ahead is ${String(entry.ahead)}.`,
      `It counts units of the prefix, which has ${String(most)}.`,
    );
  }
}

function validateBesides(besides: readonly string[]): void {
  if (besides.length >= 1 && besides.length <= MOST_BESIDES && besides.every(({ length }) => length <= LONGEST_BESIDES))
    return;
  throw invalidRequest(
    `The request names ${String(besides.length)} texts that others are wanted beside.`,
    `Name 1 to ${String(MOST_BESIDES)}, each of at most ${String(LONGEST_BESIDES)} characters.`,
  );
}

export function validateNames(names: readonly string[] = []): void {
  if (names.length > MOST_NAMES) {
    throw invalidRequest(`The request has ${String(names.length)} names.`, `Give at most ${String(MOST_NAMES)}.`);
  }
  const wrong = names.find((name) => !isIdentifier(name));
  if (wrong === undefined) return;
  throw invalidRequest(
    `"${wrong.slice(0, LONGEST_NAME)}" in names is no identifier.`,
    `Names consist of letters, digits, _ and $, with at most ${String(LONGEST_NAME)} characters.`,
  );
}

/** Hours of work on a slow machine; beyond it is a mistake. UTF-16 units. */
const LONGEST_SELECTION = 20_000;

/** @throws InfillError `invalid-request` that names what is wrong. */
export function validateDenoiseRequest({ options, strength, selection, pinned }: DenoiseRequest): void {
  validateOptions(options);
  requireInRange('strength', strength, OPTION_RANGES.strength);
  for (const { start, end } of pinned) {
    if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= selection.length)
      continue;
    throw invalidRequest(
      `The pinned span ${String(start)}-${String(end)} is not inside the selection.`,
      `Spans are offsets from 0 to ${String(selection.length)}, the start not after the end.`,
    );
  }
  if (selection.length > LONGEST_SELECTION) {
    throw invalidRequest(
      `The selection has ${String(selection.length)} characters.`,
      `Select at most ${String(LONGEST_SELECTION)}.`,
    );
  }
}

function requireInRange(name: string, value: number, range: OptionRange): void {
  if (isInRange(value, range)) return;
  throw invalidRequest(`The option ${name} is ${String(value)}.`, `It must be ${rangeInWords(range)}.`);
}
