import type { DenoiseRequest, Span } from '../../../shared/infillRequest.js';
import type { DenoisedChange, DenoisedToken, RefusedChange } from '../../../shared/outcome.js';
import { changedText, madeSpans } from '../../../shared/textChange.js';
import { contextRoom } from '../../contract/contextRoom.js';
import { ownHiddenCharacters } from '../../text/foreignCharacters.js';
import { convertLineEnds, originalOffsets, toLineFeeds } from '../../text/lineEnds.js';
import { contextWindow } from '../context/contextWindow.js';
import { preambleIds } from '../context/preamble.js';
import { improvedSection, type ImprovedSection, toldChange } from './improvedSection.js';
import type { ImproveWork } from './improveWork.js';
import { tokenStarts } from './judged.js';
import { sectionSpans } from './sectionSpans.js';
import { sum } from './sum.js';

/** What was found for a selection; offsets into it as it stands in the document. */
export interface ImprovedSelection {
  readonly changes: readonly DenoisedChange[];
  readonly refused: readonly RefusedChange[];
  /** Of the text with all of `changes`. */
  readonly tokens: readonly DenoisedToken[];
  /** Tokens that could have changed, and how many of them were tried, at so many places. */
  readonly counts: Pick<ImprovedSection, 'tokens' | 'tried' | 'places'>;
}

type ImproveParts = Pick<ImproveWork, 'decoding' | 'pipeline' | 'encoder' | 'record'>;

/** A part of the selection, with `\n`, and what came of it. */
interface DoneSection {
  readonly span: Span;
  readonly text: string;
  readonly improved: ImprovedSection;
}

/** Share of what fits into the model that is worked on together, and that the lines behind the selection take at most. */
const PART = 1 / 3;

/**
 * Looks for likelier text in a selection, stretch by stretch from left to right, each read after what was proposed before it. Undefined
 * where the run was cancelled.
 */
export async function improvedSelection(
  request: DenoiseRequest,
  parts: ImproveParts,
): Promise<ImprovedSelection | undefined> {
  const { context } = request;
  const { pipeline, decoding, record } = parts;
  const { tokenizer, model } = pipeline;
  const { prefix: room } = contextRoom(model.manifest.limits);
  const part = Math.floor(room * PART);
  const selection = toLineFeeds(request.selection);
  const suffix = toLineFeeds(context.suffix);
  const preamble = preambleIds(context.suffix, tokenizer, Math.min(decoding.recommended.preamble, part));
  const window = contextWindow(context, tokenizer, room - preamble.length).prefix;
  const work: Omit<ImproveWork, 'atPlace'> = {
    ...parts,
    context,
    preamble,
    strength: request.strength,
    ownHidden: ownHiddenCharacters(context, request.selection),
  };
  const spans = sectionSpans(selection, tokenizer, part);
  const pins = pinsOf(request);
  const done: DoneSection[] = [];
  const prefix = toLineFeeds(context.prefix);
  let written = '';
  record.clock.endPhase('tokenize');
  for (const [index, span] of spans.entries()) {
    const text = selection.slice(span.start, span.end);
    const section = {
      earlier: prefix + written,
      before: window + written,
      text,
      after: selection.slice(span.end) + suffix,
      followsChange: endsInChange(done.at(-1)),
      changedAt: undefined,
      pinned: pins.map((pin) => within(pin, span)).filter(({ start, end }) => start < end),
    };
    const atPlace = (place: number, count: number): void => {
      record.part = spans.length > 1 ? { index, count: spans.length } : { index: place, count };
    };
    const improved = await improvedSection(section, { ...work, atPlace });
    if (improved === undefined) return undefined;
    done.push({ span, text, improved });
    written += changedText(text, improved.changes);
  }
  return inDocument(done, request);
}

function endsInChange(section: DoneSection | undefined): boolean {
  return section !== undefined && section.improved.changes.at(-1)?.span.end === section.text.length;
}

/** Everything that was found, as the document has it. */
function inDocument(done: readonly DoneSection[], { selection, context }: DenoiseRequest): ImprovedSelection {
  const offsets = originalOffsets(selection);
  const asDocument = <T extends DenoisedChange>(change: T, by: number): T => {
    const span = { start: offsets[change.span.start + by]!, end: offsets[change.span.end + by]! };
    const before = selection.slice(span.start, span.end);
    return { ...change, span, before, text: convertLineEnds(change.text, context.eol) };
  };
  const changes = done.flatMap(({ span, text, improved }) =>
    improved.changes.map((change) => asDocument(toldChange(change, text), span.start)),
  );
  const total = (key: keyof ImprovedSelection['counts']): number => sum(done.map(({ improved }) => improved[key]));
  return {
    changes,
    refused: done.flatMap(({ span, improved }) => improved.refused.map((change) => asDocument(change, span.start))),
    tokens: tokensOf(done, changes, changedText(selection, changes)),
    counts: { tokens: total('tokens'), tried: total('tried'), places: total('places') },
  };
}

function tokensOf(
  done: readonly DoneSection[],
  changes: readonly DenoisedChange[],
  text: string,
): readonly DenoisedToken[] {
  const offsets = originalOffsets(text);
  const made = madeSpans(changes);
  let at = 0;
  return done.flatMap(({ improved: { read } }) => {
    const starts = tokenStarts(read.units);
    const begin = at;
    at += read.own.end - read.own.start;
    return read.units.map((unit, i): DenoisedToken => {
      const own = within(unit, read.own);
      const span = { start: offsets[begin + own.start]!, end: offsets[begin + own.end]! };
      const readings = read.readings.slice(starts[i], starts[i + 1]);
      return {
        span,
        text: text.slice(span.start, span.end),
        changed: made.some(({ start, end }) => start < span.end && span.start < end),
        pinned: unit.pinned,
        confidence: Math.exp(Math.min(...readings.map(({ logProb }) => logProb!))),
      };
    });
  });
}

/** The pinned spans as offsets into the selection with `\n`. */
function pinsOf({ selection, pinned }: DenoiseRequest): readonly Span[] {
  const offsets = originalOffsets(selection);
  const at = (offset: number): number => offsets.findIndex((original) => original >= offset);
  return pinned.map(({ start, end }) => ({ start: at(start), end: at(end) }));
}

/** What of a span lies within another, as offsets into that. */
function within({ start, end }: Span, outer: Span): Span {
  return { start: Math.max(start, outer.start) - outer.start, end: Math.min(end, outer.end) - outer.start };
}
