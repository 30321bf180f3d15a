import { InfillError } from '../../shared/infillError.js';
import type { HostedTrouble } from './forms/hostedFailure.js';
import { hostOf, type HostedModel } from './forms/hostedModel.js';
import { formOf } from './forms/formOf.js';

const SET_KEY = 'Run "Infill: Set Hosted Model Key...".';

/**
 * What a person is told of trouble with a hosted model.
 *
 * @param until when it is asked again, in milliseconds since 1970; Infinity = once something is set anew
 */
export function hostedError(trouble: HostedTrouble, model: HostedModel, until: number): InfillError {
  const later = Number.isFinite(until) ? `It is asked again at ${new Date(until).toLocaleTimeString()}.` : '';
  const who = `${formOf(model.provider).label} (${hostOf(model)})`;
  switch (trouble.kind) {
    case 'no-key':
      return new InfillError('refused', `There is no key for ${who}.`, SET_KEY);
    case 'status':
      return statusError(trouble, model, { who, later });
    case 'unreachable': {
      const code = trouble.code === '' ? '' : ` (${trouble.code})`;
      return new InfillError('unreachable', `${who} cannot be reached${code}.`, `Check the connection. ${later}`);
    }
    case 'silent':
      return new InfillError('unreachable', `${who} did not answer within ${trouble.ms / 1000} s.`, later);
    case 'cut':
      return new InfillError('unreachable', `${who} closed the connection in the middle of its answer.`, later);
    case 'too-large':
      return new InfillError('unreachable', `The answer of ${who} was larger than ${trouble.bytes / 1e6} MB.`, later);
    case 'form':
      return new InfillError(
        'unreachable',
        `The answer of ${who} does not have the expected form: ${trouble.what}.`,
        'Check infill.hosted.provider and infill.hosted.url.',
      );
  }
}

function statusError(
  { status, code }: Extract<HostedTrouble, { kind: 'status' }>,
  { model }: HostedModel,
  { who, later }: { readonly who: string; readonly later: string },
): InfillError {
  const said = code === '' ? `${status}` : `${status}, ${code}`;
  if (status === 401) {
    return new InfillError('refused', `${who} does not accept the key (${said}).`, SET_KEY);
  }
  if (status === 402) {
    return new InfillError('refused', `${who} requires payment (${said}).`, 'Check your account there.');
  }
  if (status === 403) {
    return new InfillError('refused', `${who} does not allow this with your key (${said}).`, SET_KEY);
  }
  if (status === 404) {
    return new InfillError(
      'unreachable',
      `${who} knows no model "${model}" at this address (${said}).`,
      'Check infill.hosted.model and infill.hosted.url.',
    );
  }
  if (status === 429) {
    return new InfillError('refused', `${who} takes no more requests for now (${said}).`, later);
  }
  if (status >= 300 && status < 400) {
    return new InfillError(
      'unreachable',
      `${who} redirects to another address (${said}), which Infill does not follow.`,
      'Check infill.hosted.url.',
    );
  }
  return status >= 500
    ? new InfillError('unreachable', `${who} has a problem (${said}).`, later)
    : new InfillError(
        'unreachable',
        `${who} rejects the request (${said}).`,
        'Check infill.hosted.provider, infill.hosted.url and infill.hosted.model.',
      );
}
