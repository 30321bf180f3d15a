import { type HolesRequest, MOST_HOLES, type TextContext } from '../../shared/infillRequest.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import { endedMiddles } from './ending/endedMiddles.js';
import { foundInProject } from './found/foundInProject.js';
import { type HoleBetween, holeBetween, type HoleTurn, takeTurn } from './holeTurn.js';
import { type Decoding, decodingFor } from './plan/decoding.js';
import { presentMiddles } from './presentMiddles.js';
import { invalidRequest } from './run/invalidRequest.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';
import { validateOptions } from './run/validateRequest.js';

/** A draft that is less sure, 0..1, would rather mislead the others: for them its hole is empty. */
const SURE_ENOUGH = 0.5;

/** A hole while all are denoised. */
interface Working {
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
 * Fills several holes of one document together, in turns. The first turn of each is one denoising pass, so that each has a draft; then,
 * the surest draft first, each goes on with the steps that are left, between the sure drafts of those that come later and the texts of
 * those that are done. More turns would cost more in reading what has changed around a hole than they change. Answers one outcome for each hole,
 * in their order.
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
  const working = request.parts.slice(1).map((_, index): Working => {
    const record = new RunRecord(options, control, given);
    if (count > 1) record.part = { index, count };
    const pipeline = { ...given, model: record.measured(given.model) };
    return { record, pipeline, text: '', settled: 0, stepsLeft: decoding.steps };
  });
  const isOpen = ({ outcome }: Working): boolean => outcome === undefined;
  while (working.some(isOpen)) {
    const order = [...working.keys()].filter((i) => isOpen(working[i]!));
    order.sort((a, b) => working[b]!.settled - working[a]!.settled || a - b);
    for (const i of order) await turn(i, working, { ...request, options }, decoding);
  }
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
  if (!isLast && taken.canvas.isOpen && own.stepsLeft > 0 && record.hasTimeFor('denoise')) return;
  const written = await endedMiddles([taken.draft], task, decoding.recommended, pipeline, record);
  finish(presentMiddles({ written, found }, hole, filters, decoding, record));
}

/** What stands around a hole: the document with the texts of the other holes in it. */
function placeOf(
  at: number,
  working: readonly Working[],
  { parts, document, options }: HolesRequest,
): { readonly context: TextContext; readonly options: HolesRequest['options']; readonly ahead: string } {
  const textOf = (i: number): string => working[i]?.text ?? '';
  const prefix = parts.slice(0, at + 1).map((part, i) => (i < at ? part + textOf(i) : part));
  const suffix = parts.slice(at + 1).map((part, i) => part + textOf(at + 1 + i));
  const context = { ...document, prefix: prefix.join(''), prefixOffset: 0, suffix: suffix.join('') };
  return { context, options, ahead: parts.at(-1) ?? '' };
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
