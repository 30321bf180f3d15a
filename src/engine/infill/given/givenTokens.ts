import { isUtf8 } from 'node:buffer';
import type { CanvasPart } from '../../../shared/infillRequest.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import type { HealedPrefix } from '../context/healing.js';
import { invalidRequest } from '../run/invalidRequest.js';
import type { GivenPart } from '../run/canvasPositions.js';
import type { Pipeline } from '../run/pipeline.js';

/** A canvas that was given: its ids, the mask id where it is open, and what the request said of each position. */
export interface GivenTokens {
  readonly ids: readonly number[];
  readonly parts: readonly GivenPart[];
}

const NOTHING: GivenPart = {};

/**
 * The tokens of a canvas that was given. Nothing stands right of an `<eom>`: the canvas ends with it.
 *
 * @param context the text before it, whose last bytes the canvas spells again: a text's tokens do so by themselves, and a token has to.
 * @throws InfillError `invalid-request` where the canvas does not begin so, and where it is longer than the model's.
 */
export function givenTokens(
  canvas: readonly CanvasPart[],
  { healed, allowedFirst }: HealedPrefix,
  { model, tokenizer }: Pick<Pipeline, 'model' | 'tokenizer'>,
): GivenTokens {
  const { mask, endOfMiddle } = model.manifest.tokens;
  const before = Buffer.from(healed).toString('utf8');
  const idsOf = (part: CanvasPart, isFirst: boolean): readonly number[] => {
    if (part.kind === 'mask') return [mask];
    if (part.kind === 'token') return [part.id];
    const own = toLineFeeds(part.text);
    return isFirst ? firstTokens(own, { healed, allowedFirst }, tokenizer) : tokenizer.encode(own);
  };
  const all = canvas.flatMap((part, i) =>
    idsOf(part, i === 0).map((id) => ({ id, part: part.kind === 'mask' ? NOTHING : part })),
  );
  const end = all.findIndex(({ id }) => id === endOfMiddle);
  const kept = end < 0 ? all : all.slice(0, end + 1);
  const first = kept[0]!.id;
  if (first !== mask && first !== endOfMiddle && allowedFirst !== undefined && !spells(healed, kept, tokenizer)) {
    throw invalidRequest(
      `The canvas does not begin with ${JSON.stringify(before)}, the end of the text before it, which its first token spells again.`,
      'Give the first token of an earlier answer, or a text.',
    );
  }
  const { limits, name } = model.manifest;
  if (kept.length > limits.canvas) {
    throw invalidRequest(
      `The canvas has ${String(kept.length)} tokens, and that of the model ${name} has ${String(limits.canvas)}.`,
      'Give a shorter one, and the text around it as the context.',
    );
  }
  return {
    ids: kept.map(({ id }) => id),
    parts: kept.map(({ part: { isPinned, confidence, from } }) => ({
      ...(isPinned === undefined ? {} : { isPinned }),
      ...(confidence === undefined ? {} : { confidence }),
      ...(from === undefined ? {} : { from }),
    })),
  };
}

/** The tokens of a text with `\n` that a canvas begins with: they spell the end of the text before it again. */
export function firstTokens(
  text: string,
  { healed, allowedFirst }: Pick<HealedPrefix, 'healed' | 'allowedFirst'>,
  tokenizer: Pipeline['tokenizer'],
): readonly number[] {
  if (isUtf8(healed)) return tokenizer.encode(Buffer.from(healed).toString('utf8') + text);
  const repeat = allowedFirst?.find((id) => tokenizer.bytesOf(id).length === healed.length); // half a character
  return [...(repeat === undefined ? [] : [repeat]), ...tokenizer.encode(text)];
}

/** Whether tokens begin with these bytes. */
function spells(
  bytes: Uint8Array,
  tokens: readonly { readonly id: number }[],
  tokenizer: Pipeline['tokenizer'],
): boolean {
  const own = Buffer.concat(tokens.slice(0, bytes.length).map(({ id }) => tokenizer.bytesOf(id)));
  return own.subarray(0, bytes.length).equals(bytes);
}
