import { foreignCharacter, ownHiddenCharacters } from '../../engine/text/foreignCharacters.js';
import type { DenoiseRequest, HolesRequest, TextContext } from '../../shared/infillRequest.js';
import type { DenoiseOutcome, InfillOutcome, StepTrace, UnaskedText } from '../../shared/outcome.js';
import { changedText } from '../../shared/textChange.js';

// A server's answer can have the right form and still be none to its question. What is of no use to anybody is left out here, and what
// contradicts itself is said to.

/** `given`: text besides, whose characters are the person's own too. */
interface Around extends Pick<TextContext, 'prefix' | 'suffix'> {
  readonly given?: string;
}

/** Without texts that hold characters which nobody sees, unless they are the person's own. */
export function fitInfill(outcome: InfillOutcome, around: Around): InfillOutcome {
  const isFit = fitness(around);
  if (outcome.kind === 'none') {
    if (outcome.doubtful === undefined || isFit(outcome.doubtful.text)) return outcome;
    const { doubtful: _, ...rest } = outcome;
    return rest;
  }
  const candidates = outcome.candidates.filter(({ text }) => isFit(text)).map((each) => fitUnasked(each, isFit));
  if (candidates.length > 0) return { ...outcome, candidates };
  const detail = 'What the model wrote would not fit.';
  return { kind: 'none', reason: 'empty', detail, report: outcome.report };
}

/** @returns undefined where there are not as many as there are holes */
export function fitHoles(
  outcomes: readonly InfillOutcome[],
  { parts }: Pick<HolesRequest, 'parts'>,
): readonly InfillOutcome[] | undefined {
  if (outcomes.length !== parts.length - 1) return undefined;
  const around = (i: number): Around => ({
    prefix: parts.slice(0, i + 1).join(''),
    suffix: parts.slice(i + 1).join(''),
  });
  return outcomes.map((outcome, i) => fitInfill(outcome, around(i)));
}

/** @returns undefined where the changes are none of the selection, or come to another text than they say */
export function fitDenoise(
  outcome: DenoiseOutcome,
  { selection, context }: Pick<DenoiseRequest, 'selection' | 'context'>,
): DenoiseOutcome | undefined {
  if (outcome.kind === 'none') return outcome;
  const { changes, text, report } = outcome;
  const own = new Set([...ownHiddenCharacters(context, selection), ...(selection.match(/[\r\uFFFD]/gu) ?? [])]);
  let end = 0;
  let isFit = true;
  for (const { span, before, text: written } of changes) {
    const isOf = span.start >= end && span.end >= span.start && span.end <= selection.length;
    if (!isOf || selection.slice(span.start, span.end) !== before) return undefined;
    ({ end } = span);
    const around = {
      prefix: context.prefix + selection.slice(0, span.start),
      suffix: selection.slice(end) + context.suffix,
    };
    isFit &&= foreignCharacter(written, around, own) === undefined;
  }
  if (changedText(selection, changes) !== text) return undefined;
  return isFit
    ? outcome
    : { kind: 'none', reason: 'not-likelier', detail: 'What the model wrote would not fit.', report };
}

/** A step without a draft that would not fit. */
export function fitStep({ shown, ...trace }: StepTrace, around: Around): StepTrace {
  const isFit = fitness(around);
  return shown === undefined || !isFit(shown.text) ? trace : { ...trace, shown: fitUnasked(shown, isFit) };
}

/** What names a document as the place where a text was found names one that the server was told of, or nothing. */
export function knownSources<T>(value: T, isKnown: (uri: string) => boolean): T {
  if (Array.isArray(value)) return value.map((each: unknown) => knownSources(each, isKnown)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name, each]) => {
    const isPlace = (name === 'source' || name === 'from') && typeof each === 'object' && each !== null;
    return !isPlace || isKnown(String((each as { readonly uri?: unknown }).uri));
  });
  return Object.fromEntries(kept.map(([name, each]) => [name, knownSources(each as unknown, isKnown)])) as T;
}

function fitness(around: Around): (text: string) => boolean {
  const own = ownHiddenCharacters(around, around.given);
  return (text) => foreignCharacter(text, around, own) === undefined;
}

function fitUnasked<T extends { readonly unasked?: UnaskedText }>(text: T, isFit: (text: string) => boolean): T {
  if (text.unasked === undefined || isFit(text.unasked.text)) return text;
  const { unasked: _, ...rest } = text;
  return rest as T;
}
