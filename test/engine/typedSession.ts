import type { InfillRequest } from '../../src/shared/infillRequest.js';
import { seededRandom } from '../../src/engine/diffusion/random.js';
import { OPTIONS } from '../inference/requests.js';

/** What is typed, and where: `text` as it will be once the characters from `start` to `end` are in it. */
export interface TypedText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly languageId: string;
  /** Keys between two acts that are no typing. */
  readonly pause: number;
}

/** What a person did before a request. */
export type Act = 'type' | 'delete' | 'move' | 'edit above' | 'edit below';

export interface TypedRequest {
  readonly act: Act;
  readonly request: InfillRequest;
}

/** What an editor sends around the cursor at most, UTF-16 units. */
const SENT = 8192;

const AS_IN_THE_EDITOR = { ...OPTIONS, steps: 8, maxTokens: 64 };

/**
 * The requests of somebody who types a stretch of a text key by key. Now and then a few characters are deleted and typed again,
 * the cursor moves elsewhere and back, a line far above or just below is changed. The same for the same text.
 */
export function* typedSession({ text, start, end, languageId, pause }: TypedText): Generator<TypedRequest> {
  const random = seededRandom(start);
  const below = (count: number): number => Math.floor(random.uniform() * count);
  let before = text.slice(0, start);
  let after = text.slice(end);
  const ask = (act: Act, cursor = before.length): TypedRequest => {
    const whole = before + after;
    const from = Math.max(0, cursor - SENT);
    const context = {
      prefix: whole.slice(from, cursor),
      prefixOffset: from,
      suffix: whole.slice(cursor, cursor + SENT),
      languageId,
      eol: '\n',
      indentUnit: '  ',
    } as const;
    return { act, request: { context, options: AS_IN_THE_EDITOR } };
  };
  for (let at = start; at < end; at++) {
    before += text[at]!;
    yield ask('type');
    const act = (at - start + 1) % pause === 0 ? below(4) : undefined;
    if (act === 0) {
      const kept = before;
      for (let count = 1; count <= 3; count++) {
        before = kept.slice(0, -count);
        yield ask('delete');
      }
      before = kept;
    } else if (act === 1) {
      yield ask('move', below(before.length));
      yield ask('move');
    } else if (act === 2) {
      const line = before.indexOf('\n', below(before.length)) + 1;
      before = `${before.slice(0, line)}\n${before.slice(line)}`;
      yield ask('edit above');
    } else if (act === 3) {
      const line = after.indexOf('\n', 1 + below(200)) + 1;
      after = `${after.slice(0, line)}\n${after.slice(line)}`;
      yield ask('edit below');
    }
  }
}
