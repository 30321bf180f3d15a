import { InfillError } from '../../shared/infillError.js';
import type { HubAccess } from './downloadFile.js';

const HUB = 'https://huggingface.co';
/** A connection that is gone for half a minute may come back; one that is gone for longer is a matter for the person. */
const RETRY_MS = [0, 1000, 4000, 10_000, 20_000];

/**
 * Access to the hub with a token ('' = none). `HF_ENDPOINT` names a mirror, as for the hub's own tools.
 * Throws InfillError invalid-request; the token is never part of a message.
 */
export function hubAccess(env: NodeJS.ProcessEnv, token: string): HubAccess {
  if (token !== '' && !/^hf_[\x21-\x7e]+$/.test(token)) {
    throw new InfillError(
      'invalid-request',
      'The access token for the hub is not one: it must start with "hf_".',
      'Copy it anew from the settings page of your account.',
    );
  }
  const endpoint = env['HF_ENDPOINT'] ?? '';
  if (endpoint !== '' && !/^https?:\/\/[^/]/.test(endpoint)) {
    throw new InfillError(
      'invalid-request',
      `HF_ENDPOINT is "${endpoint}", which is no address.`,
      'It must start with https://.',
    );
  }
  return { hubUrl: (endpoint === '' ? HUB : endpoint).replace(/\/+$/, ''), token, fetch, retryMs: RETRY_MS };
}
