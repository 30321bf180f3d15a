import { isUtf8 } from 'node:buffer';
import type { Prediction } from '../../contract/model.js';
import { networkOf } from '../../contract/model.js';
import type { MiddleDemands } from '../context/demands.js';
import { type Canvas, canvasText } from '../canvas/canvas.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Rule, RuledPrediction } from '../canvas/rule.js';
import type { Pipeline } from '../run/pipeline.js';
import { begunLength } from '../../tokenizer/begunLength.js';
import { begunBefore } from './begunCharacter.js';
import { likeliestPlace, type PlacedText, repeats } from './likeliestPlace.js';

/**
 * What is demanded of one run's canvas: a text that it contains, and how many tokens of text it has. The text's place is the model's
 * choice, made anew by each prediction until the sampler has written to it, or half of the steps are over: what is left then knows
 * where it stands. Whatever is drawn, after every step the canvas can still become what is demanded.
 */
export class Demanded {
  private readonly demands: MiddleDemands;
  private readonly text: PlacedText;
  private readonly isScore: boolean;
  private readonly filler: number;
  private stepsInAll: number | undefined;
  private isPlaced: boolean;

  constructor(
    task: CanvasTask & { readonly demands: MiddleDemands },
    { model, tokenizer }: Pick<Pipeline, 'model' | 'tokenizer'>,
    /** Whether a token ends the middle because it ends its only line. */
    private readonly isLineEnd: (id: number, position: number) => boolean,
  ) {
    const { context, demands } = task;
    const { healed, allowedFirst, ids: contextIds } = context;
    const { endOfMiddle } = model.manifest.tokens;
    const { contains = '', most } = demands;
    this.demands = demands;
    this.text = { text: contains, healed, allowedFirst, contextIds, most, endOfMiddle, tokenizer };
    this.isScore = networkOf(model.manifest).parameterization === 'score';
    this.filler = tokenizer.encode(' ')[0]!;
    this.isPlaced = demands.contains === undefined;
  }

  /** Whether a place is to be chosen, for which predictions of all ids are wanted. */
  needsPlace(canvas: Canvas): boolean {
    return !this.isPlaced && !canvas.hasPlaced;
  }

  /** Chooses the place by what is predicted of the masked positions. */
  choosePlace(rows: readonly Prediction[], canvas: Canvas): void {
    if (!this.needsPlace(canvas)) return;
    const { tokenizer, healed, text } = this.text;
    if (canvas.isFinalOnceCommitted && canvasText(canvas, tokenizer, healed.length).includes(text)) {
      canvas.place = undefined; // the model wrote it by itself
      this.isPlaced = true;
      return;
    }
    this.stepsInAll ??= canvas.stepsLeft;
    const isFirm = canvas.settings.mask < 0 || canvas.stepsLeft <= Math.floor(this.stepsInAll / 2) + 1;
    const place = likeliestPlace(rows, canvas, this.text);
    if (place) canvas.place = { ...place, isFirm };
    else if (canvas.place) canvas.place = { ...canvas.place, isFirm };
  }

  /** Positions of the place become its tokens, as likely as the model finds them. */
  readonly rule: Rule = (rows, canvas) => {
    const { place, offset } = canvas;
    if (!place || this.isScore) return rows;
    return rows.map((row) => {
      const id = place.ids[offset + row.position - place.at];
      return id === undefined ? row : only(id, row);
    });
  };

  /** After what was written in a step: no end comes too soon or too late, and a text of which a part was written over stands there. */
  readonly project = (canvas: Canvas): void => {
    const { endOfMiddle, tokenizer, healed } = this.text;
    const { least, most } = this.demands;
    const { mask } = canvas.settings;
    const first = canvas.wholeCanvas()[0];
    const isKnown = first !== undefined && first !== mask && first !== endOfMiddle;
    // What only repeats the end of the prefix is no token of the text; while it is not known, the first may be that.
    const isRepeat = healed.length > 0 && (!isKnown || repeats(first, { healed, tokenizer }));
    const besides = isRepeat ? 1 : 0;
    canvas.leastText = least > 0 ? least + besides : -1;
    this.keepOpen(canvas);
    if (canvas.place && (canvas.place.isFirm || isTouched(canvas))) canvas.settlePlace();
    const limit = most + besides - canvas.offset;
    if (endOfMiddle >= 0 && limit >= 0 && limit < canvas.ids.length) canvas.ids.fill(endOfMiddle, limit);
  };

  /**
   * Where the middle may not end yet, what ends it or breaks a character becomes a blank. It comes to that only where nothing else was
   * predicted at all.
   */
  private keepOpen(canvas: Canvas): void {
    const { earliestEnd, ids } = canvas;
    const end = earliestEnd === 'never' ? ids.length : Math.min(earliestEnd, ids.length);
    const isFixed = (at: number): boolean => ids[at] === canvas.settings.mask || canvas.isPinnedAt(at);
    for (let at = 0; at < end; at++) {
      if (isFixed(at)) continue;
      if (this.endsMiddle(ids[at]!, canvas.offset + at)) this.blank(at, canvas);
      const begun = this.brokenBegin(at, canvas);
      if (begun === undefined) continue;
      if (begun > 0 && at > 0 && !isFixed(at - 1)) this.blank(at - 1, canvas);
      else this.blank(at, canvas);
    }
  }

  private endsMiddle(id: number, position: number): boolean {
    return id === this.text.endOfMiddle || this.isLineEnd(id, position);
  }

  /** Where a token breaks a character, how many bytes of it stand before; undefined where it breaks none. */
  private brokenBegin(at: number, canvas: Canvas): number | undefined {
    const { contextIds, tokenizer } = this.text;
    const begun = begunBefore(at, canvas, contextIds, tokenizer);
    const bytes = Buffer.concat([begun, tokenizer.bytesOf(canvas.ids[at]!)]);
    return isUtf8(bytes.subarray(0, bytes.length - begunLength(bytes))) ? undefined : begun.length;
  }

  private blank(at: number, canvas: Canvas): void {
    const { allowedFirst } = this.text;
    const mayStart = (id: number): boolean => !this.endsMiddle(id, 0);
    const isFirst = canvas.offset + at === 0 && allowedFirst !== undefined;
    canvas.ids[at] = isFirst ? (allowedFirst.find(mayStart) ?? this.filler) : this.filler;
  }
}

function isTouched({ place, ids, offset, settings }: Canvas): boolean {
  if (!place) return false;
  const from = Math.max(0, place.at - offset);
  return ids.slice(from, place.at - offset + place.ids.length).some((id) => id !== settings.mask);
}

function only(id: number, row: RuledPrediction): RuledPrediction {
  const at = row.ids.indexOf(id);
  const logProb = at < 0 ? Math.min(row.logProbs.at(-1) ?? 0, -row.entropy) : row.logProbs[at]!;
  const { givesUp: _, ...kept } = row;
  return { ...kept, ids: [id], logProbs: [logProb] };
}
