import type { InfillService } from '../../inference/host/infillService.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import type { CanvasPart, TextContext } from '../../shared/infillRequest.js';
import type { Candidate, CanvasPosition, InfillOutcome, StepTrace } from '../../shared/outcome.js';
import { toInfillError } from '../../shared/toInfillError.js';
import type { FromView, ToView } from '../../view/viewMessages.js';

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
  async run({ run, canvas, steps }: Extract<FromView, { type: 'run' }>, place: ViewRunPlace): Promise<void> {
    const startedAt = performance.now();
    await this.answer(run, async (signal) => {
      let last: readonly CanvasPosition[] | undefined;
      const onStep = (trace: StepTrace): void => {
        const { step, kind, ms, positions } = trace;
        if (signal.aborted || positions === undefined) return;
        last = positions;
        this.parts.send({ type: 'step', run, step: { step, kind, positions, ...(ms === undefined ? {} : { ms }) } });
      };
      const { context } = place;
      const options = { ...place.options, steps, trace: true, positions: true };
      const control = { signal, onStep };
      if (canvas === undefined) {
        const outcome = await this.parts.service.infill({ context, options }, control);
        const [best] = outcome.kind === 'infill' ? outcome.candidates : [];
        // A text that was found stands on no canvas that the model has filled.
        const made = last !== undefined && best?.source === undefined ? last : await this.canvasOf(best, place, signal);
        this.done(run, signal, outcome, made, steps, startedAt);
      } else {
        const outcome = await this.parts.service.canvas({ context, canvas, options }, control);
        if (outcome.kind === 'infill' || outcome.kind === 'none') this.done(run, signal, outcome, outcome.canvas, steps, startedAt);
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

  /** A text as a canvas on which nothing is masked. */
  private async canvasOf(
    text: Candidate | undefined,
    { context, options }: ViewRunPlace,
    signal: AbortSignal,
  ): Promise<readonly CanvasPosition[]> {
    if (text === undefined || text.text === '') return [];
    const found = text.source === undefined ? {} : { from: text.source };
    const part: CanvasPart = { kind: 'text', text: text.text, confidence: text.confidence, ...found };
    return (await this.parts.service.canvas({ context, canvas: [part], options }, { signal })).canvas;
  }
}
