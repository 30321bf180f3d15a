import {
  type CanvasPart,
  type CanvasRequest,
  LONGEST_CANVAS_TEXT,
  MOST_ALTERNATIVES,
  MOST_CANVAS_PARTS,
} from '../../../shared/infillRequest.js';
import { invalidRequest } from '../run/invalidRequest.js';
import type { Pipeline } from '../run/pipeline.js';
import { validateOptions } from '../run/validateRequest.js';

/** @throws InfillError `invalid-request` that names the part of the canvas, or what else of the request cannot be computed. */
export function validateCanvas(
  { canvas, options, alternatives, scores }: CanvasRequest,
  { model, tokenizer }: Pick<Pipeline, 'model' | 'tokenizer'>,
): void {
  validateOptions(options);
  const { manifest } = model;
  if (manifest.tokens.mask < 0) {
    throw invalidRequest(
      `The noise of the model ${manifest.name} is no mask: none of its positions is open and the others not.`,
      'Choose a model with masks.',
    );
  }
  if (canvas.length < 1 || canvas.length > MOST_CANVAS_PARTS) {
    throw invalidRequest(`The canvas has ${String(canvas.length)} parts.`, `Give 1 to ${String(MOST_CANVAS_PARTS)}.`);
  }
  const units = canvas.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 0), 0);
  if (units > LONGEST_CANVAS_TEXT) {
    throw invalidRequest(
      `The texts of the canvas have ${String(units)} characters.`,
      `Give at most ${String(LONGEST_CANVAS_TEXT)}.`,
    );
  }
  const isToken = (id: number): boolean =>
    Number.isInteger(id) && id >= 0 && (id === manifest.tokens.endOfMiddle || tokenizer.bytesOf(id).length > 0);
  canvas.forEach((part, i) => refusePart(part, `canvas.${String(i)}`, isToken));
  if (alternatives === undefined) return;
  if (scores === true) {
    throw invalidRequest('The request asks for alternatives and for scores.', 'Ask for one after the other.');
  }
  refuseAlternatives(alternatives);
}

function refusePart(part: CanvasPart, name: string, isToken: (id: number) => boolean): void {
  if (part.kind === 'mask') return;
  const { confidence = 1 } = part;
  if (!(confidence >= 0 && confidence <= 1)) {
    throw invalidRequest(`The confidence of ${name} is ${String(confidence)}.`, 'It must be a number from 0 to 1.');
  }
  if (part.kind === 'token') {
    if (isToken(part.id)) return;
    throw invalidRequest(
      `The token ${String(part.id)} of ${name} is none that a text is made of.`,
      "Give the ids of an earlier answer, or the token's text.",
    );
  }
  if (part.text === '') throw invalidRequest(`The text of ${name} is empty.`, 'Leave the part out.');
  if (/\p{Cs}/u.test(part.text)) {
    throw invalidRequest(`The text of ${name} holds half a character.`, 'Give whole characters.');
  }
}

function refuseAlternatives({ position, most }: NonNullable<CanvasRequest['alternatives']>): void {
  if (!Number.isInteger(most) || most < 1 || most > MOST_ALTERNATIVES) {
    throw invalidRequest(
      `The request asks for ${String(most)} alternatives.`,
      `Ask for 1 to ${String(MOST_ALTERNATIVES)}.`,
    );
  }
  if (!Number.isInteger(position) || position < 0) {
    throw invalidRequest(`The position is ${String(position)}.`, 'Positions are whole numbers and count from 0.');
  }
}
