import { type HolesRequest, MOST_HOLES } from '../../shared/infillRequest.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import { type Reach, sharedReach } from './context/sharedReach.js';
import { endedMiddles } from './ending/endedMiddles.js';
import { foundInProject } from './found/foundInProject.js';
import { type HoleBetween, holeBetween, type HolePlace, type HoleTurn, takeTurn } from './holeTurn.js';
import { type Decoding, decodingFor } from './plan/decoding.js';
import { presentMiddles } from './presentMiddles.js';
import { invalidRequest } from './run/invalidRequest.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';
import { validateOptions } from './run/validateRequest.js';

/** A draft that is less sure, 0..1, would rather mislead the others: for them its hole is empty, and it waits for theirs. */
const SURE_ENOUGH = 0.5;

/** A hole while all are denoised. */
interface Working {
  readonly reach: Reach;
  readonly record: RunRecord;
  readonly pipeline: Pipeline;
  /** What stands in it for the others, with the document's line ends. */
  text: string;
  /** How sure the draft is, 0..1. */
  settled: number;
  stepsLeft: number;
  /** What was found for it in its first turn. */
  found?: readonly Candidate[];
  last?: { readonly turn: HoleTurn; readonly between: HoleBetween };
  outcome?: InfillOutcome;
}

/**
 * Fills several holes of one document together, in turns. The first turn of each, from left to right, is one denoising pass and what the encoder reads
 * on from there, so that each has a draft. A draft that is sure is finished at once, since those of the others would hardly change it. Then
 * the others go on with the steps that are left, the surest first, between the texts of those that are done and the sure drafts of those that
 * come later. More turns would cost more in reading what has changed around a hole than they change. Answers one outcome for each hole, in
 * their order.
 *
 * @throws InfillError `invalid-request` for options and numbers of holes out of range.
 */
export async function fillHoles(
  request: HolesRequest,
  given: Pipeline,
  control: RunControl = {},
): Promise<readonly InfillOutcome[]> {
  validateHoles(request);
  const options = { ...request.options, candidates: 1 };
  const decoding = decodingFor(options, given);
  const count = request.parts.length - 1;
  const reaches = sharedReach(request, decoding.recommended.preamble, given);
  const working = reaches.map((reach, index): Working => {
    const record = new RunRecord(options, control, given);
    if (count > 1) record.part = { index, count };
    const pipeline = { ...given, model: record.measured(given.model) };
    return { reach, record, pipeline, text: '', settled: 0, stepsLeft: decoding.steps };
  });
  const isOpen = ({ outcome }: Working): boolean => outcome === undefined;
  const { model } = given;
  const inTurns = count > 1 && model.inTurns ? model.inTurns.bind(model) : (work: () => Promise<void>) => work();
  await inTurns(async () => {
    while (working.some(isOpen)) {
      const order = [...working.keys()].filter((i) => isOpen(working[i]!));
      order.sort((a, b) => working[b]!.settled - working[a]!.settled || a - b);
      for (const i of order) await turn(i, working, { ...request, options }, decoding);
    }
  });
  return working.map(({ outcome }) => outcome!);
}

/** A hole's next turn. */
async function turn(at: number, working: readonly Working[], request: HolesRequest, decoding: Decoding): Promise<void> {
  const own = working[at]!;
  const { record, pipeline } = own;
  if (record.isCancelled()) {
    own.outcome = record.cancelled();
    return;
  }
  const place = placeOf(at, working, request);
  const between = await holeBetween(place, own.last, decoding, pipeline, record);
  const { hole, task, filters } = between;
  if (hole.splitsCharacter) {
    own.outcome = record.none('unsuitable-position', 'The cursor is inside a character or a line break.');
    return;
  }
  const finish = (outcome: InfillOutcome): void => {
    own.outcome = outcome;
    own.text = outcome.kind === 'infill' ? outcome.candidates[0]!.text : '';
    own.settled = 1;
  };
  if (own.found === undefined) {
    const { found, isSure } = await foundInProject(hole, task, filters, decoding, pipeline, record);
    own.found = found;
    if (isSure) {
      finish(presentMiddles({ written: [], found }, hole, filters, decoding, record));
      return;
    }
  }
  const { found } = own;
  const before = record.stepsUsed;
  const isLast = own.last !== undefined || working.length === 1;
  const taken = await takeTurn(between, { stepsLeft: own.stepsLeft, isLast }, decoding, pipeline, record);
  own.stepsLeft = Math.max(0, own.stepsLeft - (record.stepsUsed - before));
  own.last = { turn: taken, between };
  own.text = taken.settled >= SURE_ENOUGH ? taken.text : '';
  own.settled = taken.settled;
  if (record.isCancelled()) {
    own.outcome = record.cancelled();
    return;
  }
  if (!isLast && taken.canvas.isOpen && own.stepsLeft > 0 && record.hasTimeFor('denoise')) {
    if (taken.settled >= SURE_ENOUGH) await turn(at, working, request, decoding);
    return;
  }
  const written = await endedMiddles([taken.draft], task, decoding.recommended, pipeline, record);
  finish(presentMiddles({ written, found }, hole, filters, decoding, record));
}

/** What stands around a hole: the document with the texts of the other holes in it. */
function placeOf(at: number, working: readonly Working[], { parts, document, options }: HolesRequest): HolePlace {
  const { reach } = working[at]!;
  const textOf = (i: number): string => working[i]?.text ?? '';
  const before = parts.slice(0, at + 1).map((part, i) => (i < at ? part + textOf(i) : part));
  const skipped = before.slice(0, reach.part).join('').length + reach.offset;
  const suffix = parts.slice(at + 1).map((part, i) => part + textOf(at + 1 + i));
  const context = { ...document, prefix: before.join(''), prefixOffset: 0, suffix: suffix.join('') };
  return { context, options, skipped, ahead: reach.ahead };
}

function validateHoles({ parts, options }: HolesRequest): void {
  validateOptions(options);
  const holes = parts.length - 1;
  if (holes < 1 || holes > MOST_HOLES) {
    throw invalidRequest(
      `The request has ${String(Math.max(0, holes))} holes.`,
      `Give 1 to ${String(MOST_HOLES)}, with the text around each.`,
    );
  }
}
