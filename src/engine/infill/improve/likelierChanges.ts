import type { RefusedReason } from '../../../shared/outcome.js';
import type { TextChange } from '../../../shared/textChange.js';
import { changeOf, type ChangeOfText, misfit, saysSomething } from './changeOf.js';
import { DocumentWords } from './documentWords.js';
import { chanceOfChange, changeFeatures, type EvidenceDocument } from './evidence.js';
import type { ImproveWork, Section } from './improveWork.js';
import { type Judged, judged, type ReadSection } from './judged.js';
import { sum } from './sum.js';
import { mayChange, type Suspect, suspects } from './suspects.js';
import { triedAlternatives } from './triedAlternatives.js';

/** Nats by which a change has to be likelier where the model is not calibrated for it. */
const LEAST_GAIN = 4;

/** The chance that a change needs once a few tokens behind it are read: more of them seldom make it much surer. */
const LEAST_PROMISE = 0.02;

/** UTF-16 units behind a change, and before it, that are tried again in the next round. */
const NEAR_AFTER = 160;
const NEAR_BEFORE = 60;

/** A change of a text, with how likely the text is with it and without it. */
export interface JudgedChange extends ChangeOfText {
  /** See `DenoisedChange`. */
  readonly logProbs?: { readonly before: number; readonly text: number };
  readonly confidence?: number;
  readonly features?: Readonly<Record<string, number>>;
}

export interface LikelierChanges {
  /** Ascending, none overlaps another; spans of the section's text. */
  readonly accepted: readonly JudgedChange[];
  /** The surest of each place at which there is none; with a trace all that were judged. */
  readonly refused: readonly { readonly change: JudgedChange; readonly why: RefusedReason }[];
  /** Tokens that could change, and how many were tried, at so many places. */
  readonly tokens: number;
  readonly tried: number;
  readonly places: number;
}

/** The changes of a section that make it likelier, each judged by itself. */
export async function likelierChanges(
  read: ReadSection,
  section: Section,
  work: ImproveWork,
): Promise<LikelierChanges> {
  const { strength, pipeline, encoder, decoding } = work;
  const { units } = read;
  const document = documentOf(section, work);
  const suspected = suspects(read, read.readings, strength).filter((suspect) => isNear(suspect, read, section));
  const alternatives = await triedAlternatives(read, suspected, section, work);
  const unfit: Refused[] = [];
  const telling = alternatives.filter((alternative) => {
    const change = changeOf(alternative, read);
    return saysSomething(change, alternative.source) && !(section.followsChange && change.span.start === 0);
  });
  const fitting = telling.filter((alternative) => {
    const why = misfit(alternative, read, work);
    if (why !== undefined) unfit.push({ change: changeOf(alternative, read), why });
    return why === undefined;
  });
  const { prefix, canvas } = pipeline.model.manifest.limits;
  const room = prefix + canvas - read.contextIds.length;
  const isPromising = (each: Judged): boolean => {
    if (decoding.options.trace) return true;
    const { confidence } = judgedChange(each, read, document, work);
    return confidence === undefined || confidence >= LEAST_PROMISE;
  };
  const all = await judged(read, fitting, { encoder, tokenizer: pipeline.tokenizer, room }, isPromising);
  const judgements = all
    .map((each) => judgedChange(each, read, document, work))
    .sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0) || gainOf(b) - gainOf(a));
  const isBetter = (change: JudgedChange): boolean =>
    change.confidence === undefined
      ? gainOf(change) >= LEAST_GAIN
      : gainOf(change) > 0 && change.confidence >= decoding.recommended.denoise!.atLeast;
  const accepted: JudgedChange[] = [];
  const refused: Refused[] = [];
  const isFree = (change: TextChange): boolean =>
    ![...accepted, ...refused.map((each) => each.change)].some((other) => overlap(change, other));
  for (const change of judgements) {
    if (isFree(change) && isBetter(change)) accepted.push(change);
    else if (decoding.options.trace || isFree(change)) refused.push({ change, why: 'not-likelier' });
  }
  for (const each of unfit) if (isFree(each.change)) refused.push(each);
  const tokensIn = (some: typeof units): number => sum(some.map(({ ids }) => ids.length));
  return {
    accepted: accepted.sort(bySpan),
    refused: refused.sort((a, b) => bySpan(a.change, b.change)),
    tokens: tokensIn(units.filter(mayChange)),
    tried: sum(suspected.map(({ from, to }) => tokensIn(units.slice(from, to)))),
    places: suspected.length,
  };
}

/** Whether a suspect stands where it was not tried yet, or near a change that may have made something else likelier there. */
function isNear({ from, to }: Suspect, { units, own }: ReadSection, { changedAt }: Section): boolean {
  const [start, end] = [units[from]!.start - own.start, units[to - 1]!.end - own.start];
  return changedAt?.some((span) => start < span.end + NEAR_AFTER && span.start < end + NEAR_BEFORE) ?? true;
}

type Refused = LikelierChanges['refused'][number];

/** A section in its document, as it stands now. */
interface SectionDocument extends EvidenceDocument {
  readonly sectionStart: number;
}

function documentOf({ earlier, text, after }: Section, { context }: ImproveWork): SectionDocument {
  const whole = earlier + text + after;
  const { languageId } = context;
  return { text: whole, words: new DocumentWords(whole), languageId, sectionStart: earlier.length };
}

function judgedChange(
  each: Judged,
  read: ReadSection,
  document: SectionDocument,
  { decoding }: ImproveWork,
): JudgedChange {
  const { denoise: calibration } = decoding.recommended;
  const old = read.text.slice(read.units[each.from]!.start, read.units[each.to - 1]!.end);
  const change = changeOf(each, read);
  const { start, end } = change.span;
  const span = { start: start + document.sectionStart, end: end + document.sectionStart };
  const features = changeFeatures({ judged: each, old, change: { ...change, span }, document });
  return {
    ...change,
    logProbs: { before: each.before, text: each.after },
    ...(calibration === undefined ? {} : { confidence: chanceOfChange(features, calibration) }),
    ...(decoding.options.trace ? { features } : {}),
  };
}

function gainOf({ logProbs }: JudgedChange): number {
  return logProbs === undefined ? -Infinity : logProbs.text - logProbs.before;
}

function overlap(a: TextChange, b: TextChange): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}

function bySpan(a: TextChange, b: TextChange): number {
  return a.span.start - b.span.start;
}
