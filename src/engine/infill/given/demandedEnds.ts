import { isUtf8 } from 'node:buffer';
import type { TextConditions } from '../../../shared/infillRequest.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { NAMES } from '../conditions/demandsOf.js';
import type { HealedPrefix } from '../context/healing.js';
import { invalidRequest } from '../run/invalidRequest.js';
import type { Pipeline } from '../run/pipeline.js';
import { firstTokens, type GivenTokens } from './givenTokens.js';

/** UTF-16 units of a text that a refusal repeats. */
const TOLD_UNITS = 40;

/** Where the canvas stands, and whose tokens it has. */
export interface CanvasPlace extends Pick<Pipeline, 'model' | 'tokenizer'> {
  readonly before: Pick<HealedPrefix, 'healed' | 'allowedFirst'>;
}

/**
 * A canvas that was given with the text on it that it has to start and end with: tokens in the place of masks. What is settled there
 * already has to say the same. The end stands right before `<eom>`, and where the canvas has none, on its last positions.
 *
 * @throws InfillError `invalid-request` where something settled says otherwise, and where there is no room, with what is in the way.
 */
export function demandedEnds(
  given: GivenTokens,
  { start, end }: Pick<TextConditions, 'start' | 'end'>,
  place: CanvasPlace,
): GivenTokens {
  if (start === undefined && end === undefined) return given;
  const canvas = new WrittenCanvas(given, place);
  const from = start === undefined ? 0 : canvas.startWith(toLineFeeds(start));
  const to = end === undefined ? canvas.length : canvas.endWith(toLineFeeds(end));
  const units = toLineFeeds((start ?? '') + (end ?? ''));
  if (from > to && canvas.ownBytes().length < Buffer.byteLength(units)) {
    throw invalidRequest(
      `The text is to start with ${told(start ?? '')} and to end with ${told(end ?? '')}, and there is no room for both.`,
      'Add masks, or demand less.',
    );
  }
  return canvas.given;
}

class WrittenCanvas {
  /** Positions before `<eom>`. */
  readonly length: number;
  private readonly ids: number[];
  private readonly parts: GivenTokens['parts'][number][];

  constructor(
    { ids, parts }: GivenTokens,
    private readonly place: CanvasPlace,
  ) {
    const end = ids.indexOf(place.model.manifest.tokens.endOfMiddle);
    this.length = end < 0 ? ids.length : end;
    this.ids = [...ids];
    this.parts = [...parts];
  }

  get given(): GivenTokens {
    return { ids: this.ids, parts: this.parts };
  }

  /** Bytes of all that is settled, without what the text before the canvas has already. */
  ownBytes(): Buffer {
    const { healed } = this.place.before;
    return Buffer.concat(
      this.ids.slice(0, this.length).map((id, at) => this.bytesOf(id).subarray(at === 0 ? healed.length : 0)),
    );
  }

  /** @returns the first position that is no part of the start */
  startWith(text: string): number {
    const { before, tokenizer } = this.place;
    let left = Buffer.concat([before.healed, Buffer.from(text)]);
    let tokens: readonly number[] = [];
    for (let at = 0; at < this.length; at++) {
      if (left.length === 0) return at;
      if (this.isMasked(at)) {
        // Tokens of a whole text, as long as they go on.
        if (tokens.length === 0 && at === 0) tokens = firstTokens(text, before, tokenizer);
        else if (tokens.length === 0 && isUtf8(left)) tokens = tokenizer.encode(left.toString('utf8'));
        const [id, ...rest] = tokens;
        if (id === undefined) refuseRoom('start', text);
        this.write(at, id);
        tokens = rest;
        left = left.subarray(this.bytesOf(id).length);
        continue;
      }
      const own = this.bytesOf(this.ids[at]!);
      const shared = Math.min(own.length, left.length);
      if (!own.subarray(0, shared).equals(left.subarray(0, shared))) {
        if (tokens.length > 0) refuseRoom('start', text);
        refuseSettled('start', text, this.settledFrom(at));
      }
      left = left.subarray(shared);
    }
    if (left.length > 0) refuseRoom('start', text);
    return this.length;
  }

  /** @returns the first position of the end */
  endWith(text: string): number {
    const { before, tokenizer } = this.place;
    let left = Buffer.from(text);
    let tokens: readonly number[] = [];
    for (let at = this.length - 1; at >= 0; at--) {
      if (left.length === 0) return at + 1;
      if (this.isMasked(at)) {
        if (tokens.length === 0 && isUtf8(left)) tokens = tokenizer.encode(left.toString('utf8'));
        if (at === 0 && isUtf8(left)) tokens = firstTokens(left.toString('utf8'), before, tokenizer);
        const id = tokens.at(-1);
        if (id === undefined || (at === 0 && tokens.length > 1)) refuseRoom('end', text);
        this.write(at, id);
        tokens = tokens.slice(0, -1);
        left = left.subarray(0, Math.max(0, left.length - this.bytesOf(id).length));
        continue;
      }
      const own = this.bytesOf(this.ids[at]!).subarray(at === 0 ? before.healed.length : 0);
      const shared = Math.min(own.length, left.length);
      if (!own.subarray(own.length - shared).equals(left.subarray(left.length - shared))) {
        if (tokens.length > 0) refuseRoom('end', text);
        refuseSettled('end', text, this.settledUpTo(at));
      }
      left = left.subarray(0, left.length - shared);
    }
    if (left.length > 0) refuseRoom('end', text);
    return 0;
  }

  private isMasked(at: number): boolean {
    return this.ids[at] === this.place.model.manifest.tokens.mask;
  }

  private bytesOf(id: number): Buffer {
    return id === this.place.model.manifest.tokens.mask
      ? Buffer.alloc(0)
      : Buffer.from(this.place.tokenizer.bytesOf(id));
  }

  private write(at: number, id: number): void {
    this.ids[at] = id;
    this.parts[at] = { isPinned: true, isDemanded: true };
  }

  /** What is settled from a position on, up to the next mask. */
  private settledFrom(from: number): string {
    let to = from;
    while (to < this.length && !this.isMasked(to)) to++;
    return this.textOf(from, to);
  }

  private settledUpTo(last: number): string {
    let from = last;
    while (from > 0 && !this.isMasked(from - 1)) from--;
    return this.textOf(from, last + 1);
  }

  private textOf(from: number, to: number): string {
    const bytes = this.ids.slice(from, to).map((id) => this.bytesOf(id));
    return Buffer.concat(bytes)
      .subarray(from === 0 ? this.place.before.healed.length : 0)
      .toString('utf8');
  }
}

function refuseSettled(name: 'start' | 'end', wanted: string, settled: string): never {
  throw invalidRequest(
    `The text ${NAMES[name]} ${told(wanted)}, and what is settled there is ${told(settled, name === 'end')}.`,
    'Mask what is in the way, or change the condition.',
  );
}

function refuseRoom(name: 'start' | 'end', wanted: string): never {
  throw invalidRequest(
    `The text ${NAMES[name]} ${told(wanted)}, for which the canvas has too few masks there.`,
    'Add masks, or change the condition.',
  );
}

/** A text as a refusal repeats it. */
function told(text: string, isEnd = false): string {
  if (text.length <= TOLD_UNITS) return JSON.stringify(text);
  const part = isEnd ? `…${text.slice(-TOLD_UNITS)}` : `${text.slice(0, TOLD_UNITS)}…`;
  return JSON.stringify(part);
}
