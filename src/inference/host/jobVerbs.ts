import { InfillError } from '../../shared/infillError.js';
import type { CanvasRequest, DenoiseRequest, HolesRequest, InfillRequest } from '../../shared/infillRequest.js';
import type { CanvasOutcome, DenoiseOutcome, InfillOutcome } from '../../shared/outcome.js';
import type { Request } from './childConnection.js';
import type { JobOptions, JobResult } from './job.js';

/** The requests of an `InfillService` as jobs of a queue, wherever these are done. */
export abstract class JobVerbs {
  #lastId = 0;

  /** Puts a job into the queue. */
  protected abstract submit(request: Request, options: JobOptions): Promise<JobResult>;

  protected nextId(): number {
    return ++this.#lastId;
  }

  /** See InfillService and JobQueue. */
  async infill(request: InfillRequest, options: JobOptions = {}): Promise<InfillOutcome> {
    const steps = options.onStep !== undefined && typeof options.drafts !== 'object';
    const drafts = options.drafts === true ? { drafts: true as const } : {};
    const result = await this.submit({ type: 'infill', id: this.nextId(), request, steps, ...drafts }, options);
    if (result.type === 'infilled' || result.type === 'withdrawn') {
      return result.outcome;
    }
    throw new InfillError('internal', unexpected(result), '');
  }

  /** Denoises a selection. Runs after what was asked for before, and is not replaced by newer requests. */
  async denoise(request: DenoiseRequest, options: JobOptions = {}): Promise<DenoiseOutcome> {
    const steps = options.onStep !== undefined;
    const result = await this.submit({ type: 'denoise', id: this.nextId(), request, steps }, options);
    if (result.type === 'denoised' || result.type === 'withdrawn') {
      return result.outcome;
    }
    throw new InfillError('internal', unexpected(result), '');
  }

  /** See InfillService. */
  async canvas(request: CanvasRequest, options: JobOptions = {}): Promise<CanvasOutcome> {
    const steps = options.onStep !== undefined;
    const result = await this.submit({ type: 'canvas', id: this.nextId(), request, steps }, options);
    if (result.type === 'canvasDone') {
      return result.outcome;
    }
    if (result.type === 'withdrawn') {
      return { ...result.outcome, canvas: [] };
    }
    throw new InfillError('internal', unexpected(result), '');
  }

  /** See InfillService. */
  async holes(request: HolesRequest, options: JobOptions = {}): Promise<readonly InfillOutcome[]> {
    const steps = options.onStep !== undefined;
    const result = await this.submit({ type: 'holes', id: this.nextId(), request, steps }, options);
    if (result.type === 'holesFilled') {
      return result.outcomes;
    }
    if (result.type === 'withdrawn') {
      return request.parts.slice(1).map(() => result.outcome);
    }
    throw new InfillError('internal', unexpected(result), '');
  }
}

export function unexpected(result: JobResult): string {
  return `The inference process gave an answer of the wrong kind: "${result.type}".`;
}
