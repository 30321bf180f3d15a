import type { Calibration } from '../contract/recommended.js';
import type { InfillRequest } from '../../shared/infillRequest.js';
import type { Candidate, InfillOutcome, NoneReason } from '../../shared/outcome.js';
import { lowConfidence } from '../../shared/lowConfidence.js';
import { ownHiddenCharacters } from '../text/foreignCharacters.js';
import { type Postprocess, postprocessAt } from '../postprocess/postprocess.js';
import { codeBefore } from '../text/codeBefore.js';
import { candidateOf, type Middle, rankCandidates } from './ending/candidates.js';
import { calibratedConfidence } from './ending/confidence.js';
import { canvasPlan } from './plan/canvasPlan.js';
import type { CanvasTask } from './canvas/canvasTask.js';
import { contextWindow } from './context/contextWindow.js';
import type { Pipeline } from './run/pipeline.js';
import { fillCanvas } from './denoise/fillCanvas.js';
import { healPrefix } from './context/healing.js';
import { indentedFirst } from './context/indentedFirst.js';
import { isBlank, linesAround, tabWidthOf } from '../text/lines.js';
import { isLineAbove, withLineBreak, withLineOpened } from './context/lineAbove.js';
import { sizedTask } from './plan/sizedTask.js';
import { toLineFeeds } from '../text/lineEnds.js';
import { middleOf } from './ending/middleOf.js';
import { openEndsAfter } from '../text/openEnds.js';
import { type LikeliestEnd, likeliestEnd } from './ending/likeliestEnd.js';
import { preambleIds } from './context/preamble.js';
import { decodingFor } from './plan/decoding.js';
import { contextRoom } from '../contract/contextRoom.js';
import type { RunControl } from './run/runControl.js';
import { RunRecord } from './run/runRecord.js';
import { splitsCharacter } from '../text/characterBoundary.js';
import { validateOptions } from './run/validateRequest.js';

/** UTF-16 units of the suffix that rules about its text look at. */
const SUFFIX_REACH = 2000;

/**
 * Fills the hole between the request's prefix and suffix.
 * @throws InfillError `invalid-request` for options out of range.
 */
export async function infill(
  request: InfillRequest,
  pipeline: Pipeline,
  control: RunControl = {},
): Promise<InfillOutcome> {
  if (!isLineAbove(request.context)) return fillHole(request, pipeline, control);
  const outcome = await fillHole(withLineOpened(request), pipeline, control);
  return withLineBreak(outcome, request.context.eol);
}

async function fillHole(
  { context, options }: InfillRequest,
  pipeline: Pipeline,
  control: RunControl,
): Promise<InfillOutcome> {
  validateOptions(options);
  const { model, tokenizer } = pipeline;
  const { tokens, limits } = model.manifest;
  const record = new RunRecord(options, control, tokenizer);
  const none = (reason: NoneReason, detail: string): InfillOutcome => ({
    kind: 'none',
    reason,
    detail,
    report: record.report(),
  });
  if (splitsCharacter(context)) return none('unsuitable-position', 'The cursor is inside a character or a line break.');
  if (record.isCancelled()) return none('cancelled', 'Cancelled before it began.');

  const decoding = decodingFor(options, pipeline);
  const { recommended } = decoding;
  const around = linesAround(context);
  const plan = canvasPlan(around, context, options.multiline, decoding.canvasSizes);
  const preamble = preambleIds(context.suffix, tokenizer, recommended.preamble);
  const most = contextRoom(limits);
  const room = most.prefix - preamble.length;
  const window = contextWindow(context, tokenizer, { prefix: room, suffix: most.suffix });
  const unindented = healPrefix(window.prefix, window.prefixIds, tokenizer, room);
  const healed = indentedFirst(unindented, context, tokenizer);
  record.clock.endPhase('tokenize');

  const { line, rest } = around;
  const before = codeBefore(context);
  const suffix = toLineFeeds(context.suffix.slice(0, SUFFIX_REACH));
  const planned: CanvasTask = {
    context: { ...healed, ids: [...preamble, ...healed.ids] },
    suffixIds: window.suffixIds,
    canvas: new Array<number>(plan.size).fill(tokens.mask),
    multiline: plan.multiline,
    insideLine: !isBlank(rest),
    mustWrite: isBlank(line) && isBlank(rest),
    prefix: window.prefix,
    suffix,
    tabWidth: tabWidthOf(context.indentUnit),
    ownHidden: ownHiddenCharacters(context),
    openEnds: openEndsAfter(before),
    stopBelow: decoding.stopBelow,
  };
  const task = await sizedTask(planned, decoding, pipeline, record);
  record.canvasSize = task.canvas.length;
  const filled = await fillCanvas(task, decoding, pipeline, record);
  const cancelled = (): InfillOutcome => none('cancelled', `Cancelled after ${String(record.stepsUsed)} steps.`);
  if (record.isCancelled()) return cancelled();

  const fit = postprocessAt({ ...context, multiline: plan.multiline }, before);
  const results = [];
  for (const lane of filled) {
    const end = await likeliestEnd(lane, task, pipeline, recommended);
    if (record.isCancelled()) return cancelled();
    const middle = middleOf(lane, {
      ...task,
      tokenizer,
      healedBytes: healed.healed.length,
      ...(end === undefined ? {} : { length: end.length }),
    });
    results.push(
      finish(middle, fit, { end, calibration: recommended.calibration, minConfidence: options.minConfidence }),
    );
  }
  record.clock.endPhase('postprocess');
  const texts = results.flatMap((result) => ('text' in result ? [result] : []));
  const [first] = results;
  const likeliest = options.temperature === 0 && first && 'text' in first ? first : undefined;
  const candidates = rankCandidates(texts, likeliest);
  if (candidates.length > 0) return { kind: 'infill', candidates, report: record.report() };
  const [why] = results.flatMap((result) => ('text' in result ? [] : [result]));
  return none(why?.reason ?? 'empty', why?.detail ?? '');
}

interface FinishOptions {
  readonly end: LikeliestEnd | undefined;
  readonly calibration: Calibration | undefined;
  readonly minConfidence: number;
}

/** A lane's candidate, or why it is none. */
function finish(
  middle: Middle,
  fit: Postprocess,
  { end, calibration, minConfidence }: FinishOptions,
): Candidate | { readonly reason: NoneReason; readonly detail: string } {
  if (isBlank(middle.text) && !middle.isWhole) {
    return { reason: 'low-confidence', detail: 'Nothing that could stand here is likely enough.' };
  }
  const result = fit(middle.text);
  if (result.kind === 'none') return result;
  const uncalibrated = candidateOf(middle, result.text);
  const probabilities = uncalibrated.tokens.map((token) => token.confidence);
  const candidate = calibration
    ? { ...uncalibrated, confidence: calibratedConfidence(calibration, probabilities, end?.share) }
    : uncalibrated;
  if (candidate.confidence >= minConfidence) return candidate;
  return { reason: 'low-confidence', detail: lowConfidence(candidate.confidence, minConfidence) };
}
