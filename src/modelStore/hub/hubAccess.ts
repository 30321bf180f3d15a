import { InfillError } from '../../shared/infillError.js';
import type { HubAccess } from './openHubBlob.js';
import { hubFetch, isLoopback, type StallRule } from './hubFetch.js';

const HUB = 'https://huggingface.co';
/** A connection that is gone for half a minute may come back; one that is gone for longer is a matter for the person. */
const RETRY_MS = [0, 1000, 4000, 10_000, 20_000];
/** The slowest mobile networks send that much in a second. */
const STALL: StallRule = { ms: 30_000, leastBytes: 10_000 };

/**
 * Access to the hub with a token ('' = none). `HF_ENDPOINT` names a mirror, as for the hub's own tools.
 * Throws InfillError invalid-request; the token is never part of a message.
 */
export function hubAccess(env: NodeJS.ProcessEnv, token: string, stall: StallRule = STALL): HubAccess {
  if (token !== '' && !/^hf_[\x21-\x7e]+$/.test(token)) {
    throw new InfillError(
      'invalid-request',
      'The access token for the hub is not one: it must start with "hf_".',
      'Copy it anew from the settings page of your account.',
    );
  }
  const hubUrl = endpointOf(env['HF_ENDPOINT'] ?? '', token !== '');
  return { hubUrl, token, fetch: hubFetch(hubUrl, stall), retryMs: RETRY_MS };
}

function endpointOf(stated: string, hasToken: boolean): string {
  if (stated === '') {
    return HUB;
  }
  const url = URL.canParse(stated) ? new URL(stated) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || !/^https?:\/\/[^/]/i.test(stated)) {
    throw invalid(`is "${stated}", which is no address`, 'It must start with https://.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid('holds a name, a password or a query', 'Write https:// and the name of the server.'); // not shown: it is secret
  }
  if (hasToken && url.protocol === 'http:' && !isLoopback(url)) {
    throw invalid(
      `is "${stated}", where anybody on the way could read your access token`,
      'Use an https:// address, or remove the token: HF_TOKEN in the environment, "Infill: Set Hub Token" in the editor.',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function invalid(problem: string, remedy: string): InfillError {
  return new InfillError('invalid-request', `HF_ENDPOINT ${problem}.`, remedy);
}
