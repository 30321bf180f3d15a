import { HTTPException } from 'hono/http-exception';
import { toInfillError } from '../../shared/toInfillError.js';
import { type NoTurn, NoTurnError } from '../turns/fairTurns.js';

/** An answer that says what went wrong, in the form of OpenAI's, which the clients of all routes can read. */
export interface ErrorAnswer {
  readonly status: number;
  /** Seconds after which it may be tried again. */
  readonly retryAfter?: number;
  readonly body: {
    readonly error: {
      readonly message: string;
      readonly type: string;
      readonly param: null;
      readonly code: string;
      /** What the message ends with: what to do about it; absent where nothing is known. */
      readonly remedy?: string;
    };
  };
}

/** Nobody reads it: the connection is closed. Its number is nginx's. */
const CLIENT_CLOSED = 499;

const NO_TURN: Readonly<Record<NoTurn, { readonly status: number; readonly message: string }>> = {
  'too-many': { status: 429, message: 'Too many requests wait already.' },
  superseded: { status: 409, message: 'A newer request of the same client came.' },
  'waited-too-long': { status: 503, message: 'The server is busy: the request waited too long.' },
  withdrawn: { status: CLIENT_CLOSED, message: 'The client went away.' },
  closed: { status: 503, message: 'The server is shutting down.' },
};

export function answerError(thrown: unknown): ErrorAnswer {
  if (thrown instanceof NoTurnError) {
    const { status, message } = NO_TURN[thrown.reason];
    const retry = status === 429 || status === 503 ? { retryAfter: thrown.retryAfter } : {};
    return {
      status,
      ...retry,
      body: bodyOf(message, status < 500 ? 'rate_limit_error' : 'server_error', thrown.reason),
    };
  }
  if (thrown instanceof HTTPException) {
    return { status: thrown.status, body: bodyOf(thrown.message, 'invalid_request_error', String(thrown.status)) };
  }
  const error = toInfillError(thrown);
  const isAsker = error.code === 'invalid-request';
  const { message, type, param, code } = bodyOf(
    error.describe(),
    isAsker ? 'invalid_request_error' : 'server_error',
    error.code,
  ).error;
  const remedy = error.remedy === '' ? {} : { remedy: error.remedy };
  return { status: isAsker ? 400 : 500, body: { error: { message, type, param, code, ...remedy } } };
}

export function bodyOf(message: string, type: string, code: string): ErrorAnswer['body'] {
  return { error: { message, type, param: null, code } };
}
