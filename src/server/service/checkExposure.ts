import { InfillError } from '../../shared/infillError.js';
import { isLoopback } from '../../process/isLoopback.js';
import type { ServerOptions } from './serverOptions.js';

const LEAST_TOKEN = 16;

/** What `Authorization: Bearer` can say. */
const TOKEN = /^[\w.~+/-]+=*$/u;

/**
 * A server that other machines reach asks for a token, and what is sent to it is encrypted.
 *
 * @throws InfillError `invalid-request` where it would not be so
 */
export function checkExposure({ host, token, tls, isBehindProxy }: Omit<ServerOptions, 'limits' | 'port'>): void {
  if (token !== undefined && token.length < LEAST_TOKEN) {
    throw refused(
      `The token has ${String(token.length)} characters.`,
      `Take one of at least ${String(LEAST_TOKEN)}, for example what "openssl rand -hex 24" prints.`,
    );
  }
  if (token !== undefined && !TOKEN.test(token)) {
    throw refused(
      'The token has characters that a request cannot send, such as blanks or line ends.',
      'Take one of letters, digits and . _ ~ + / - only, for example what "openssl rand -hex 24" prints.',
    );
  }
  if (isLoopback(host) && !isBehindProxy) return;
  if (token === undefined) {
    const what = isBehindProxy ? 'the server through the proxy' : host;
    throw refused(
      `Other machines could reach ${what}, and the server would answer all of them.`,
      'Set INFILL_SERVER_TOKEN or --token-file, or leave out --host and --behind-proxy: then only this machine reaches it.',
    );
  }
  if (tls === undefined && !isBehindProxy) {
    throw refused(
      `Other machines could reach ${host}, and what they send would not be encrypted.`,
      'Give --tls-cert and --tls-key, or --behind-proxy where a proxy in front of the server encrypts.',
    );
  }
}

function refused(message: string, remedy: string): InfillError {
  return new InfillError('invalid-request', message, remedy);
}
