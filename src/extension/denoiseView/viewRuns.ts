import type { InfillService } from '../../inference/host/infillService.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import type { TextConditions, TextContext } from '../../shared/infillRequest.js';
import type { Candidate, CanvasPosition, InfillOutcome, StepTrace } from '../../shared/outcome.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { partsOf } from '../../view/canvasParts.js';
import type { FromView, ToView } from '../../view/viewMessages.js';
import { typedPosition, type ViewPosition } from '../../view/viewPosition.js';
import { betweenEnds, hasEnds, knownTokens, wholeCanvas } from './wholeCanvas.js';

/** What could stand at a position, at most. */
const MOST_ALTERNATIVES = 8;

export interface ViewRunsParts {
  readonly service: Pick<InfillService, 'infill' | 'canvas'>;
  readonly send: (message: ToView) => void;
  /** Why there is no text, as a person reads it. */
  readonly explain: (outcome: Extract<InfillOutcome, { kind: 'none' }>) => string;
  /** Told of every run that came to its end. */
  readonly onOutcome: (outcome: InfillOutcome, requested: number, ms: number) => void;
}

/** What the text around is when a run begins, and how it is to be run. */
export interface ViewRunPlace {
  readonly context: TextContext;
  readonly options: InfillOptions;
}

/** Carries out what a denoise view asks of the model. Each request is whole, so one that is newer takes the place of those before it. */
export class ViewRuns {
  private running: AbortController | undefined;

  constructor(private readonly parts: ViewRunsParts) {}

  /** Ends what runs. The view hears no more of it. */
  stop(): void {
    this.running?.abort();
    this.running = undefined;
  }

  /** Resolves once it is answered, or nobody waits for it any more; never rejects. */
  async run(
    { run, canvas, steps, conditions }: Extract<FromView, { type: 'run' }>,
    place: ViewRunPlace,
  ): Promise<void> {
    const startedAt = performance.now();
    const demanded = conditions ?? {};
    await this.answer(run, async (signal) => {
      let last: readonly CanvasPosition[] | undefined;
      const onStep = (trace: StepTrace): void => {
        const { step, kind, ms, positions } = trace;
        if (signal.aborted || positions === undefined) return;
        last = positions;
        const whole = canvas === undefined ? wholeCanvas(positions, demanded) : positions;
        const shown = { step, kind, positions: whole, ...(ms === undefined ? {} : { ms }) };
        this.parts.send({ type: 'step', run, step: shown });
      };
      const { context } = place;
      const { length } = demanded;
      const asked = { ...place.options, steps, trace: true, positions: true };
      const options = length === undefined ? asked : { ...asked, maxTokens: Math.max(1, length.most) };
      const control = { signal, onStep };
      const holds = conditions === undefined ? {} : { conditions };
      if (canvas === undefined) {
        const outcome = await this.parts.service.infill({ context, options, ...holds }, control);
        const [best] = outcome.kind === 'infill' ? outcome.candidates : [];
        // A text that was found stands on no canvas that the model has filled.
        const own = best?.source === undefined ? last : undefined;
        const made =
          own !== undefined && !hasEnds(demanded) ? own : await this.canvasOf(own ?? best, demanded, place, signal);
        this.done(run, signal, outcome, made, steps, startedAt);
      } else {
        const outcome = await this.parts.service.canvas({ context, canvas, options, ...holds }, control);
        if (outcome.kind === 'infill' || outcome.kind === 'none')
          this.done(run, signal, outcome, outcome.canvas, steps, startedAt);
      }
    });
  }

  /** As `run`. */
  async alternatives(
    { run, canvas, position }: Extract<FromView, { type: 'alternatives' }>,
    { context, options }: ViewRunPlace,
  ): Promise<void> {
    await this.answer(run, async (signal) => {
      const alternatives = { position, most: MOST_ALTERNATIVES };
      const outcome = await this.parts.service.canvas({ context, canvas, options, alternatives }, { signal });
      if (!signal.aborted && outcome.kind === 'alternatives') {
        this.parts.send({ type: 'alternatives', run, position, alternatives: outcome.alternatives });
      }
    });
  }

  /** As `run`. What was not found out is not told: nobody waits for it. */
  async score(
    { run, canvas }: Extract<FromView, { type: 'score' }>,
    { context, options }: ViewRunPlace,
  ): Promise<void> {
    await this.answer(run, async (signal) => {
      const outcome = await this.parts.service.canvas({ context, canvas, options, scores: true }, { signal });
      if (!signal.aborted && outcome.kind === 'scores') {
        this.parts.send({ type: 'scores', run, canvas: outcome.canvas });
      }
    });
  }

  private async answer(run: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.stop();
    const running = new AbortController();
    this.running = running;
    try {
      await work(running.signal);
    } catch (thrown) {
      if (!running.signal.aborted) {
        this.parts.send({ type: 'failed', run, message: toInfillError(thrown).describe() });
      }
    } finally {
      if (this.running === running) this.running = undefined;
    }
  }

  private done(
    run: number,
    signal: AbortSignal,
    outcome: InfillOutcome,
    canvas: readonly CanvasPosition[],
    requested: number,
    startedAt: number,
  ): void {
    if (signal.aborted) return;
    const ms = performance.now() - startedAt;
    this.parts.onOutcome(outcome, requested, ms);
    const why = outcome.kind === 'none' ? { why: this.parts.explain(outcome) } : {};
    this.parts.send({ type: 'done', run, canvas, ms, ...why });
  }

  /** A text, or what a fill has written between the ends that were demanded, as a canvas of tokens that begins and ends with these. */
  private async canvasOf(
    text: Candidate | readonly ViewPosition[] | undefined,
    demanded: TextConditions,
    { context, options }: ViewRunPlace,
    signal: AbortSignal,
  ): Promise<readonly CanvasPosition[]> {
    if (text === undefined) return [];
    const whole = wholeCanvas('text' in text ? positionsOf(text, demanded) : text, demanded);
    if (whole.length === 0) return [];
    const outcome = await this.parts.service.canvas({ context, canvas: partsOf(whole), options }, { signal });
    return knownTokens(whole, outcome.canvas);
  }
}

/** A text that nobody filled in, between what was demanded. */
function positionsOf({ text, confidence, source }: Candidate, demanded: TextConditions): readonly ViewPosition[] {
  const own = betweenEnds(text, demanded);
  if (own === '') return [];
  const found = source === undefined ? {} : { from: source, source: 'found' as const };
  return [{ ...typedPosition(own), isPinned: false, confidence, ...found }];
}
