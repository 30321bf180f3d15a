import type { RefusedReason } from '../../../shared/outcome.js';
import { foreignCharacter } from '../../text/foreignCharacters.js';
import { type Alternative, exchanged, likelierTokens, withoutDoubles } from './alternatives.js';
import { respelt } from './respelt.js';
import type { TextChange } from './composed.js';
import { chanceOfChange, changeFeatures } from './evidence.js';
import type { ImproveWork, Section } from './improveWork.js';
import { type Judged, judged, type ReadSection, tokenStarts } from './judged.js';
import { keepsStructure } from './keepsStructure.js';
import { mayChange, type Suspect, suspects } from './suspects.js';
import { trimmed } from './trimmed.js';
import { written } from './written.js';

/** Nats by which a change has to be likelier where the model is not calibrated for it. */
const LEAST_GAIN = 4;
/** Places of a round at which the model writes as well: reading is enough for most, and writing takes longer. */
const MOST_WRITTEN = 3;

/** A change of a text, with how likely the text is with it and without it. */
export interface JudgedChange extends TextChange {
  readonly old: string;
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
  round: number,
): Promise<LikelierChanges> {
  const { strength, pipeline, encoder, decoding } = work;
  const { units } = read;
  const suspected = suspects(read, read.readings, strength);
  const alternatives = alternativesOf(read, suspected, work);
  if (round === 0) alternatives.push(...(await writtenAt(suspected, read, section, work)));
  const unfit: Refused[] = [];
  const telling = merged(alternatives).filter((alternative) => {
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
  const all = await judged(read, fitting, encoder, pipeline.tokenizer, room);
  const judgements = all
    .map((each) => judgedChange(each, read, work))
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
  const tokensOf = (each: { readonly ids: readonly number[] }): number => each.ids.length;
  return {
    accepted: accepted.sort(bySpan),
    refused: refused.sort((a, b) => bySpan(a.change, b.change)),
    tokens: units.filter(mayChange).reduce((total, unit) => total + tokensOf(unit), 0),
    tried: suspected.reduce(
      (total, { from, to }) => total + units.slice(from, to).reduce((n, unit) => n + tokensOf(unit), 0),
      0,
    ),
    places: suspected.length,
  };
}

type Refused = LikelierChanges['refused'][number];

/** What reading alone suggests. */
function alternativesOf(read: ReadSection, suspected: readonly Suspect[], { pipeline }: ImproveWork): Alternative[] {
  const starts = tokenStarts(read.units);
  const found = [...withoutDoubles(read), ...exchanged(read, suspected)];
  for (const suspect of suspected) {
    found.push(...likelierTokens(read, suspect, read.readings[starts[suspect.at]!]!, pipeline.tokenizer));
    found.push(...respelt(read, suspect, pipeline.tokenizer));
  }
  return found;
}

/** What the model writes at the most doubtful places. */
async function writtenAt(
  suspected: readonly Suspect[],
  read: ReadSection,
  section: Section,
  work: ImproveWork,
): Promise<readonly Alternative[]> {
  const around = { before: section.before.slice(0, section.before.length - read.own.start), after: section.after };
  const places = suspected.slice(0, MOST_WRITTEN);
  const found: Alternative[] = [];
  for (const [index, suspect] of places.entries()) {
    if (work.record.isCancelled() || !work.record.hasTimeFor('denoise')) break;
    work.atPlace(index, places.length);
    found.push(...(await written(suspect, read, around, work)));
  }
  return found;
}

/** What was found twice, by reading and by writing, once. */
function merged(alternatives: readonly Alternative[]): readonly Alternative[] {
  const byPlace = new Map<string, Alternative>();
  for (const each of alternatives) {
    const key = `${each.from} ${each.to} ${each.text}`;
    const other = byPlace.get(key);
    if (other === undefined) byPlace.set(key, each);
    else if (other.source === 'read' && each.source === 'written') byPlace.set(key, { ...each, source: 'agreed' });
  }
  return [...byPlace.values()];
}

/** Whether a change says something, or takes out what stands there twice: nothing else is likelier than something too often. */
function saysSomething({ text }: TextChange, source: Alternative['source']): boolean {
  return source === 'doubled' || text.trim() !== '';
}

/** Why an alternative must not come into the text; undefined where it may. */
function misfit(alternative: Alternative, read: ReadSection, { ownHidden }: ImproveWork): RefusedReason | undefined {
  const { text, own, units } = read;
  const [start, end] = [units[alternative.from]!.start, units[alternative.to - 1]!.end];
  // Tokens at the ends may reach beyond the selection, which is not to be touched.
  const outsideBefore = text.slice(start, Math.max(start, own.start));
  const outsideAfter = text.slice(Math.min(end, own.end), end);
  const reaches = alternative.text.length >= outsideBefore.length + outsideAfter.length;
  if (!reaches || !alternative.text.startsWith(outsideBefore) || !alternative.text.endsWith(outsideAfter))
    return 'structure';
  const { span, old, text: is } = changeOf(alternative, read);
  const before = text.slice(0, own.start + span.start);
  const after = text.slice(own.start + span.end);
  const lineBefore = before.slice(before.lastIndexOf('\n') + 1);
  const lineAfter = after.split('\n', 1)[0]!;
  if (!keepsStructure({ old, text: is, lineBefore, lineAfter })) return 'structure';
  return foreignCharacter(is, { prefix: before, suffix: after }, ownHidden) === undefined ? undefined : 'foreign-text';
}

/** An alternative as a change of the section's own text, of whole words; what its tokens say of the text around is left out. */
function changeOf({ from, to, text }: Alternative, read: ReadSection): JudgedChange {
  const { own } = read;
  const [start, end] = [read.units[from]!.start, read.units[to - 1]!.end];
  const span = { start: Math.max(start, own.start), end: Math.min(end, own.end) };
  const inside = text.slice(span.start - start, text.length - (end - span.end));
  const change = trimmed({ span, text: inside }, read.text.slice(span.start, span.end));
  const old = read.text.slice(change.span.start, change.span.end);
  return { span: { start: change.span.start - own.start, end: change.span.end - own.start }, text: change.text, old };
}

function judgedChange(each: Judged, read: ReadSection, { decoding, document }: ImproveWork): JudgedChange {
  const { denoise: calibration } = decoding.recommended;
  const old = read.text.slice(read.units[each.from]!.start, read.units[each.to - 1]!.end);
  const evidence = { judged: each, old, document };
  return {
    ...changeOf(each, read),
    logProbs: { before: each.before, text: each.after },
    ...(calibration === undefined ? {} : { confidence: chanceOfChange(evidence, calibration) }),
    ...(decoding.options.trace ? { features: changeFeatures(evidence) } : {}),
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
