import type { Calibration } from '../contract/recommended.js';
import type { InfillRequest } from '../../shared/infillRequest.js';
import type { Candidate, InfillOutcome, NoneReason } from '../../shared/outcome.js';
import { lowConfidence } from '../../shared/lowConfidence.js';
import { ownHiddenCharacters } from '../text/foreignCharacters.js';
import { postprocess, type PostprocessContext } from '../postprocess/postprocess.js';
import { candidateOf, type Middle, rankCandidates } from './ending/candidates.js';
import { calibratedConfidence } from './ending/confidence.js';
import { canvasPlan } from './plan/canvasPlan.js';
import type { CanvasTask } from './canvas/canvasTask.js';
import type { Pipeline } from './run/pipeline.js';
import { fillCanvas } from './denoise/fillCanvas.js';
import { isInked } from '../text/lines.js';
import { assembleContext, textBeforeCursor } from './context/assembleContext.js';
import { type Hole, holeOf } from './context/hole.js';
import { withLineBreak } from './context/lineAbove.js';
import { sizedTask } from './plan/sizedTask.js';
import { middleOf } from './ending/middleOf.js';
import { type LikeliestEnd, likeliestEnd } from './ending/likeliestEnd.js';
import { decodingFor } from './plan/decoding.js';
import type { RunControl } from './run/runControl.js';
import { RunRecord } from './run/runRecord.js';
import { splitsCharacter } from '../text/characterBoundary.js';
import { validateOptions } from './run/validateRequest.js';

/**
 * Fills the hole between the request's prefix and suffix.
 * @throws InfillError `invalid-request` for options out of range.
 */
export async function infill(
  request: InfillRequest,
  pipeline: Pipeline,
  control: RunControl = {},
): Promise<InfillOutcome> {
  const hole = holeOf(request);
  const outcome = await fillHole(hole, pipeline, control);
  return hole.lineOpened ? withLineBreak(outcome, request.context.eol) : outcome;
}

async function fillHole(hole: Hole, pipeline: Pipeline, control: RunControl): Promise<InfillOutcome> {
  const { context, options, lines } = hole;
  validateOptions(options);
  const { model, tokenizer } = pipeline;
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
  const plan = canvasPlan(lines, context.languageId, options.multiline, decoding.canvasSizes);
  const before = textBeforeCursor(hole, recommended.preamble, pipeline);
  const between = assembleContext(before, context.suffix, context.languageId, pipeline);
  record.clock.endPhase('tokenize');

  const insideLine = isInked(lines.rest);
  const planned: CanvasTask = {
    ...between,
    canvas: new Array<number>(plan.size).fill(model.manifest.tokens.mask),
    multiline: plan.multiline,
    insideLine,
    needsInk: !insideLine && !isInked(lines.line),
    ownHidden: ownHiddenCharacters(context),
    stopBelow: decoding.stopBelow,
  };
  const task = await sizedTask(planned, decoding, pipeline, record);
  record.canvasSize = task.canvas.length;
  const filled = await fillCanvas(task, decoding, pipeline, record);
  const cancelled = (): InfillOutcome => none('cancelled', `Cancelled after ${String(record.stepsUsed)} steps.`);
  if (record.isCancelled()) return cancelled();

  const place = { ...context, multiline: plan.multiline };
  const results = [];
  for (const lane of filled) {
    const end = await likeliestEnd(lane, task, pipeline, recommended);
    if (record.isCancelled()) return cancelled();
    const middle = middleOf(lane, {
      ...task,
      tokenizer,
      healedBytes: between.context.healed.length,
      ...(end === undefined ? {} : { length: end.length }),
    });
    results.push(
      finish(middle, place, { end, calibration: recommended.calibration, minConfidence: options.minConfidence }),
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
  place: PostprocessContext,
  { end, calibration, minConfidence }: FinishOptions,
): Candidate | { readonly reason: NoneReason; readonly detail: string } {
  if (middle.text.trim() === '' && !middle.isWhole) {
    return { reason: 'low-confidence', detail: 'Nothing that could stand here is likely enough.' };
  }
  const result = postprocess(middle.text, place);
  if (result.kind === 'none') return result;
  const uncalibrated = candidateOf(middle, result.text);
  const probabilities = uncalibrated.tokens.map((token) => token.confidence);
  const candidate = calibration
    ? { ...uncalibrated, confidence: calibratedConfidence(calibration, probabilities, end?.share) }
    : uncalibrated;
  if (candidate.confidence >= minConfidence) return candidate;
  return { reason: 'low-confidence', detail: lowConfidence(candidate.confidence, minConfidence) };
}
