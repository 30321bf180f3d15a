import type { CanvasOutcome, DenoiseOutcome, InfillOutcome, StepTrace } from '../../shared/outcome.js';
import type { Answer, Request } from '../host/childConnection.js';
import type { Job } from '../host/job.js';
import type { Answered, Form, ServerConnection } from './serverConnection.js';
import { notAsAgreed } from './serverFault.js';

/** An answer, and what came with it; see `Answered`. */
export interface RequestAnswered {
  readonly answer: Answer;
  readonly model: string | undefined;
  readonly project: string | undefined;
}

/** Which documents a server was told of. */
type IsGiven = (uri: string) => boolean;

/**
 * Asks a server one request of a job, and tells the job its steps.
 *
 * @throws InfillError, BusyServer, SupersededThere, or the signal's reason
 */
export async function runRequest(
  connection: ServerConnection,
  message: Request,
  job: Job,
  { signal, isGiven }: { readonly signal: AbortSignal; readonly isGiven: IsGiven },
): Promise<RequestAnswered> {
  const { id } = message;
  const { fitDenoise, fitHoles, fitInfill, fitStep, knownSources } = await import('./fitAnswer.js');
  const uris = urisOf(message);
  const isKnown: IsGiven = (uri) => uris.has(uri) || isGiven(uri);
  // A server cannot be told later that steps are wanted after all, so it tells them from the beginning, and they are dropped until then.
  let isWatched = job.draftsFrom === undefined;
  void job.draftsFrom?.then(() => (isWatched = true));
  const run = {
    signal,
    onStep: (trace: StepTrace): void => {
      if (!isWatched) return;
      const known = knownSources(trace, isKnown);
      job.step('request' in message && 'context' in message.request ? fitStep(known, message.request.context) : known);
    },
  };
  const ask = async <T extends object>(
    path: string,
    body: object,
    form: Form<T>,
    fit: (value: T) => T | undefined,
  ): Promise<Answered<T>> => {
    const answered = await connection.run(path, body, form, run);
    const value = fit(knownSources(answered.value, isKnown));
    if (value === undefined) throw notAsAgreed(connection.name, 'its answer is none to what it was asked');
    return { ...answered, value };
  };
  switch (message.type) {
    case 'infill': {
      const { request } = message;
      const drafts = message.drafts === true || job.draftsFrom !== undefined;
      const body = { ...request, tell: drafts ? 'drafts' : tellOf(message) };
      const fit = (value: InfillOutcome): InfillOutcome => fitInfill(value, request.context);
      const { value: outcome, ...rest } = await ask('fill', body, (forms) => forms.infillAnswer, fit);
      return { answer: { type: 'infilled', id, outcome }, ...rest };
    }
    case 'denoise': {
      const { request } = message;
      const body = { ...request, tell: tellOf(message) };
      const fit = (value: DenoiseOutcome): DenoiseOutcome | undefined => fitDenoise(value, request);
      const { value: outcome, ...rest } = await ask('denoise', body, (forms) => forms.denoiseAnswer, fit);
      return { answer: { type: 'denoised', id, outcome }, ...rest };
    }
    case 'canvas': {
      const { request } = message;
      const body = { ...request, tell: tellOf(message) };
      const given = request.canvas.map((part) => (part.kind === 'text' ? part.text : '')).join('');
      const fit = (value: CanvasOutcome): CanvasOutcome =>
        value.kind === 'infill' || value.kind === 'none'
          ? { ...fitInfill(value, { ...request.context, given }), canvas: value.canvas }
          : value;
      const { value: outcome, ...rest } = await ask('canvas', body, (forms) => forms.canvasAnswer, fit);
      return { answer: { type: 'canvasDone', id, outcome }, ...rest };
    }
    case 'holes': {
      const { request } = message;
      const body = { ...request, tell: tellOf(message) };
      const fit = (value: readonly InfillOutcome[]): readonly InfillOutcome[] | undefined => fitHoles(value, request);
      const { value: outcomes, ...rest } = await ask('holes', body, (forms) => forms.holesAnswer, fit);
      return { answer: { type: 'holesFilled', id, outcomes }, ...rest };
    }
    default:
      throw new Error(`A server is not asked to "${message.type}".`);
  }
}

function tellOf({ steps }: { readonly steps: boolean }): 'outcome' | 'steps' {
  return steps ? 'steps' : 'outcome';
}

/** Documents that a request itself names. */
function urisOf(message: Request): ReadonlySet<string> {
  if (!('request' in message)) return new Set();
  const { request } = message;
  const { uri } = 'context' in request ? request.context : request.document;
  const edits = message.type === 'infill' ? (message.request.recent?.edits ?? []) : [];
  const settled =
    message.type === 'canvas'
      ? message.request.canvas.map((part) => (part.kind === 'mask' ? undefined : part.from?.uri))
      : [];
  return new Set([uri, ...edits.map((edit) => edit.uri), ...settled].filter((each) => each !== undefined));
}
