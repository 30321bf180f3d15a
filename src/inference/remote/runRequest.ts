import type { StepTrace } from '../../shared/outcome.js';
import type { Answer, Request } from '../host/childConnection.js';
import type { Job } from '../host/job.js';
import type { ServerConnection } from './serverConnection.js';

/** An answer, and what came with it; see `Answered`. */
export interface RequestAnswered {
  readonly answer: Answer;
  readonly model: string | undefined;
  readonly project: string | undefined;
}

/**
 * Asks a server one request of a job, and tells the job its steps.
 *
 * @throws InfillError, BusyServer, SupersededThere, or the signal's reason
 */
export async function runRequest(
  connection: ServerConnection,
  message: Request,
  job: Job,
  signal: AbortSignal,
): Promise<RequestAnswered> {
  const { id } = message;
  // A server cannot be told later that steps are wanted after all, so it tells them from the beginning, and they are dropped until then.
  let isWatched = job.draftsFrom === undefined;
  void job.draftsFrom?.then(() => (isWatched = true));
  const run = {
    signal,
    onStep: (trace: StepTrace): void => {
      if (isWatched) job.step(trace);
    },
  };
  switch (message.type) {
    case 'infill': {
      const drafts = message.drafts === true || job.draftsFrom !== undefined;
      const body = { ...message.request, tell: drafts ? 'drafts' : tellOf(message) };
      const { value: outcome, ...rest } = await connection.run('fill', body, (forms) => forms.infillAnswer, run);
      return { answer: { type: 'infilled', id, outcome }, ...rest };
    }
    case 'denoise': {
      const body = { ...message.request, tell: tellOf(message) };
      const { value: outcome, ...rest } = await connection.run('denoise', body, (forms) => forms.denoiseAnswer, run);
      return { answer: { type: 'denoised', id, outcome }, ...rest };
    }
    case 'canvas': {
      const body = { ...message.request, tell: tellOf(message) };
      const { value: outcome, ...rest } = await connection.run('canvas', body, (forms) => forms.canvasAnswer, run);
      return { answer: { type: 'canvasDone', id, outcome }, ...rest };
    }
    case 'holes': {
      const body = { ...message.request, tell: tellOf(message) };
      const { value: outcomes, ...rest } = await connection.run('holes', body, (forms) => forms.holesAnswer, run);
      return { answer: { type: 'holesFilled', id, outcomes }, ...rest };
    }
    default:
      throw new Error(`A server is not asked to "${message.type}".`);
  }
}

function tellOf({ steps }: { readonly steps: boolean }): 'outcome' | 'steps' {
  return steps ? 'steps' : 'outcome';
}
