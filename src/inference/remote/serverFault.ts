import { InfillError } from '../../shared/infillError.js';
import { visibleLine } from '../../shared/visibleText.js';
import { retryAfterMs } from '../choice/retryAfter.js';

/** What a server says went wrong. */
export interface ErrorBody {
  readonly message: string;
  readonly code: string;
  readonly remedy?: string | undefined;
}

/** Thrown where a server wants to be asked later. */
export class BusyServer extends Error {
  override readonly name = 'BusyServer';

  constructor(
    message: string,
    /** After so many milliseconds. */
    readonly afterMs: number,
  ) {
    super(message);
  }
}

/** Thrown where a newer request has taken this one's place on the server. */
export class SupersededThere extends Error {
  override readonly name = 'SupersededThere';
}

/** Where a server does not say when to come again. */
const AGAIN_MS = 1000;

/** What Node says of certificates that are not trusted. */
const TLS_CODES =
  /^(?:CERT_|ERR_TLS_CERT|ERR_SSL|DEPTH_ZERO_SELF|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|EPROTO|HOSTNAME_MISMATCH)/u;

/** Why a connection failed. @param name of the server, as people are told it */
export function connectionFault(name: string, thrown: unknown): InfillError {
  const code = codeOf(thrown);
  if (TLS_CODES.test(code)) {
    return new InfillError(
      'unreachable',
      `The certificate of ${name} is not trusted (${code}).`,
      'Make this computer trust its issuer, or use in infill.server.url the name that it was issued for.',
      { cause: thrown },
    );
  }
  return unreachable(name, code === '' ? 'the connection failed' : code, thrown);
}

export function unreachable(name: string, why: string, cause?: unknown): InfillError {
  return new InfillError(
    'unreachable',
    `The server ${name} cannot be reached (${why}).`,
    'Start "infill serve" there, or check infill.server.url, the network and the proxy.',
    { cause },
  );
}

/** What was thrown while a server was asked, as what it means. */
export function asFault(name: string, thrown: unknown): Error {
  const isKnown = thrown instanceof InfillError || thrown instanceof BusyServer || thrown instanceof SupersededThere;
  return isKnown ? thrown : connectionFault(name, thrown);
}

/** Whether a connection was lost that might only have been kept too long. */
export function isStale(thrown: unknown): boolean {
  return /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/u.test(codeOf(thrown));
}

/** An answer that has not the form it has to have. */
export function notAsAgreed(name: string, what: string): InfillError {
  return new InfillError(
    'unreachable',
    `${name} answers, but not as "infill serve" does: ${what}.`,
    'Check infill.server.url, and that both sides have the same version of Infill.',
  );
}

/**
 * What a refusal means.
 *
 * @param said undefined where it says nothing, or not as a server of Infill's would
 * @returns InfillError, BusyServer or SupersededThere
 */
export function refusal(name: string, { status, headers }: Response, said: ErrorBody | undefined): Error {
  const { code } = said ?? {};
  const message = said && visibleLine(said.message);
  const remedy = visibleLine(said?.remedy ?? '');
  if (status === 401) {
    return new InfillError(
      'refused',
      `The server ${name} requires a token, and the one it was sent is missing or wrong.`,
      'Run "Infill: Set Server Token..." and enter the token that "infill serve" was started with.',
    );
  }
  if (status >= 300 && status < 400) {
    return notAsAgreed(name, 'it redirects to another address, which is not followed');
  }
  if (message === undefined || code === undefined) {
    return status >= 502 && status <= 504
      ? unreachable(name, `a proxy says ${String(status)}`)
      : notAsAgreed(name, `HTTP status ${String(status)}`);
  }
  if (code === 'superseded') return new SupersededThere(message);
  if (code === 'closed') return unreachable(name, 'it is shutting down');
  if (status === 429 || status === 503) {
    return new BusyServer(`${name}: ${message}`, retryAfterMs(headers) || AGAIN_MS);
  }
  if (code === 'not_found') return outdated(name, 'there');
  const bare = remedy !== '' && message.endsWith(remedy) ? message.slice(0, -remedy.length).trimEnd() : message;
  if (status === 413) return new InfillError('invalid-request', `${name}: ${bare}`, remedy);
  if (status === 403 || status === 415) return new InfillError('refused', `${name}: ${bare}`, remedy);
  return new InfillError(codeFrom(code), bare, remedy);
}

/** Both sides do not speak alike. @param where the older one is */
export function outdated(name: string, where: 'here' | 'there'): InfillError {
  return where === 'there'
    ? new InfillError('unreachable', `Infill on ${name} is older than this extension.`, 'Update Infill there.')
    : new InfillError('unreachable', `Infill on ${name} is newer than this extension.`, 'Update the Infill extension.');
}

/** Of those that a server has reason to give; all else is its own affair. */
function codeFrom(code: string): InfillError['code'] {
  return code === 'invalid-request' ? code : 'internal';
}

/** Of the innermost cause that has one: `fetch` says only that it failed. '' where none has. */
function codeOf(thrown: unknown): string {
  let found = '';
  for (let each = thrown, depth = 0; each instanceof Error && depth < 5; depth++) {
    if ('code' in each && typeof each.code === 'string') found = each.code;
    each = each.cause ?? (each instanceof AggregateError ? each.errors[0] : undefined);
  }
  return found;
}
