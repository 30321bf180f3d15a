import type { Span } from '../../../shared/infillRequest.js';
import type { DenoisedChange, RefusedChange } from '../../../shared/outcome.js';
import { changedText, madeSpans, type TextChange } from '../../../shared/textChange.js';
import { contextRoom } from '../../contract/contextRoom.js';
import { composed, type ComposedChange } from './composed.js';
import type { ImproveWork, Section } from './improveWork.js';
import type { ReadSection } from './judged.js';
import { type JudgedChange, type LikelierChanges, likelierChanges } from './likelierChanges.js';
import { sectionText } from './sectionText.js';
import { sum } from './sum.js';

/** Rounds at most: what one change made likelier can make another one likelier. */
const MOST_ROUNDS = 3;

export interface ImprovedSection {
  /** What is proposed, as spans of the section's text. */
  readonly changes: readonly ComposedChange<JudgedChange>[];
  readonly refused: readonly RefusedChange[];
  /** As it was read last, with all of `changes`. */
  readonly read: ReadSection;
  /** Tokens that could have changed, and how many of them were tried, at so many places. */
  readonly tokens: number;
  readonly tried: number;
  readonly places: number;
}

/**
 * Looks for likelier text in a stretch of a selection, in rounds, until nothing is likelier; at most as many rounds as there are steps.
 * Undefined where the run was cancelled.
 */
export async function improvedSection(section: Section, work: ImproveWork): Promise<ImprovedSection | undefined> {
  let changes: readonly ComposedChange<JudgedChange>[] = [];
  const refused: RefusedChange[] = [];
  let counts = { tokens: 0, tried: 0, places: 0 };
  for (let round = 0; ; round++) {
    const text = changedText(section.text, changes);
    const pinned = section.pinned.map((pin) => shifted(pin, changes));
    const now = { ...section, text, pinned, changedAt: round === 0 ? undefined : madeSpans(changes) };
    const read = await readSection(now, work);
    if (work.record.isCancelled()) return undefined;
    const goesOn = round < Math.min(MOST_ROUNDS, work.decoding.steps) && work.record.hasTimeToRank();
    const found = goesOn ? await likelierChanges(read, now, work) : undefined;
    if (work.record.isCancelled()) return undefined;
    if (round === 0 && found) counts = { tokens: found.tokens, tried: found.tried, places: found.places };
    // Later rounds judge what earlier ones wrote as well; that was never the user's.
    if (round === 0 && found) {
      const told = ({ change, why }: LikelierChanges['refused'][number]): RefusedChange => ({
        ...toldChange({ ...change, parts: [change] }, text),
        why,
      });
      refused.push(...found.refused.map(told));
    }
    if (found === undefined || found.accepted.length === 0) return { changes, refused, read, ...counts };
    changes = composed(section.text, changes, found.accepted);
  }
}

/** A stretch's tokens, and what the encoder says before each of them and of what follows. */
async function readSection({ before, text, after, pinned }: Section, work: ImproveWork): Promise<ReadSection> {
  const { pipeline, preamble, encoder } = work;
  const { prefix: room } = contextRoom(pipeline.model.manifest.limits);
  const section = sectionText({ preamble, before, section: text, after, pinned }, pipeline.tokenizer, room);
  const ids = [...section.units, ...section.following].flatMap((unit) => unit.ids);
  return { ...section, readings: await encoder.readTokens(section.contextIds, ids) };
}

/** A span that no change touches, in the changed text. */
function shifted({ start, end }: Span, changes: readonly TextChange[]): Span {
  const by = sum(changes.map(({ span, text }) => (span.end <= start ? text.length - (span.end - span.start) : 0)));
  return { start: start + by, end: end + by };
}

/** What was judged of all that a change was made of. */
export function toldChange(change: ComposedChange<JudgedChange>, text: string): DenoisedChange {
  const { span, parts } = change;
  const [first] = parts;
  const gain = sum(parts.map(({ logProbs }) => (logProbs === undefined ? 0 : logProbs.text - logProbs.before)));
  const before = first?.logProbs?.before;
  const confidences = parts.flatMap(({ confidence }) => confidence ?? []);
  return {
    span,
    before: text.slice(span.start, span.end),
    text: change.text,
    ...(before === undefined ? {} : { logProbs: { before, text: before + gain } }),
    ...(confidences.length === 0 ? {} : { confidence: Math.min(...confidences) }),
    ...(first?.features === undefined ? {} : { features: first.features }),
  };
}
