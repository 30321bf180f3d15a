import { InfillError } from '../../../shared/infillError.js';
import { plainDistribution, toPrediction } from '../output/distribution.js';
import type { FullSequenceParts } from './parts.js';
import { KeptContext, type RowRange } from './keptContext.js';
import { NO_TOKEN, type CanvasQuery, type ModelContext, type Prediction } from '../../contract/model.js';
import type { KeptRows } from './networkRunner.js';
import { rowFromOutputs } from './rowFromOutputs.js';

/** A canvas's tokens with its context around them, and where its answers are. */
interface Sequence {
  /** Which of the asked canvases it is. */
  readonly canvas: number;
  readonly query: CanvasQuery;
  readonly ids: readonly number[];
  /** For each asked position the row that predicts it. */
  readonly rows: readonly number[];
  /** What is known of the rows outside of `canvasRows`; undefined where all rows are computed. */
  readonly past: KeptRows | undefined;
}

/**
 * A prefix and a suffix between which canvases are denoised. Nothing is kept between passes, so results are exact, unless the
 * manifest's `contextCache` says otherwise.
 */
export class FullSequenceContext implements ModelContext {
  readonly encodedTokens: number;
  readonly reusedTokens = 0;
  readonly #kept: KeptContext | undefined;
  #isOpen = true;

  constructor(
    private readonly parts: FullSequenceParts,
    private readonly prefix: readonly number[],
    private readonly suffix: readonly number[],
  ) {
    this.encodedTokens = prefix.length + suffix.length;
    const { contextCache, contextRefresh } = parts.manifest.recommended;
    this.#kept = contextCache === 'exact' ? undefined : new KeptContext(contextRefresh);
  }

  close(): void {
    this.#isOpen = false;
  }

  async predict(canvases: readonly CanvasQuery[]): Promise<readonly (readonly Prediction[])[]> {
    if (!this.#isOpen) throw new Error('this context was closed by a later one');
    const answers: (readonly Prediction[])[] = canvases.map(() => []);
    const asked = canvases.flatMap((query, canvas) =>
      query.positions.length > 0 ? [this.#sequence(query, canvas)] : [],
    );
    for (const batch of batches(asked)) {
      const predictions = await this.#predictBatch(batch);
      batch.forEach(({ canvas }, b) => (answers[canvas] = predictions[b]!));
    }
    return answers;
  }

  /** Tokens that this model does not have, such as the fill after a middle without `<eom>`, are no part of what it reads. */
  #sequence(query: CanvasQuery, canvas: number): Sequence {
    const { architecture, limits } = this.parts.manifest;
    if (query.canvas.length > limits.canvas) {
      const message = `The canvas has ${query.canvas.length} positions; the model takes ${limits.canvas}.`;
      throw new InfillError('invalid-request', message, 'Shorten the request.');
    }
    const ids = [...this.prefix];
    const rowOf = query.canvas.map((id) => (id === NO_TOKEN ? NO_TOKEN : ids.push(id) - 1));
    const rows = query.positions.map((position) => {
      const row = rowOf[position] ?? NO_TOKEN;
      if (row === NO_TOKEN)
        throw new Error(`position ${position} of the canvas holds no token that could be predicted`);
      // The first row of all is predicted by itself, as in Dream's sampler.
      return architecture.shift ? Math.max(0, row - 1) : row;
    });
    ids.push(...this.suffix);
    return { canvas, query, ids, rows, past: this.#kept?.take(canvas, ids.length) };
  }

  /** The rows of a sequence that are not context. Where row i - 1 predicts token i, the last of the prefix is among them. */
  #canvasRows(length: number): RowRange {
    const { architecture, recommended } = this.parts.manifest;
    const from = Math.max(0, this.prefix.length - (architecture.shift ? 1 : 0));
    return { from, to: recommended.contextCache === 'dual' ? length - this.suffix.length : length };
  }

  async #hidden(batch: readonly Sequence[]): Promise<readonly Float32Array[]> {
    const length = batch[0]!.ids.length;
    const past = batch.flatMap((sequence) => sequence.past ?? []);
    const canvas = this.#canvasRows(length);
    const { from, to } = past.length > 0 ? canvas : { from: 0, to: length };
    const { hidden, keyValues } = await this.parts.network.run({
      sequences: batch.map(({ ids }) => ids.slice(from, to)),
      wanted: batch.map(({ rows }) => rows.map((row) => row - from)),
      sigma: this.#sigma(batch[0]!.query),
      from,
      ...(past.length > 0 ? { past } : { wantKeyValues: this.#kept !== undefined }),
    });
    keyValues.forEach((all, b) => this.#kept?.keep(batch[b]!.canvas, all, canvas));
    return hidden;
  }

  async #predictBatch(batch: readonly Sequence[]): Promise<Prediction[][]> {
    const { vocabulary } = this.parts;
    const hidden = await this.#hidden(batch);
    const asked = batch.flatMap(({ query }, b) => query.positions.map((position) => ({ b, query, position })));
    const needsFull = asked.map(({ query, position }) => this.#needsFull(query, position));
    const logits = (await vocabulary.logits(hidden.filter((_, i) => needsFull[i]!))).values();
    const statistics = (await vocabulary.statistics(hidden.filter((_, i) => !needsFull[i]!))).values();
    const answers = batch.map((): Prediction[] => []);
    asked.forEach(({ b, query, position }, i) => {
      answers[b]!.push(
        needsFull[i]!
          ? this.#fullRow(query, position, logits.next().value!)
          : toPrediction(position, plainDistribution(statistics.next().value!)),
      );
    });
    return answers;
  }

  #needsFull({ wantDistribution, allowedFirst }: CanvasQuery, position: number): boolean {
    const isScore = this.parts.manifest.architecture.parameterization === 'score';
    return wantDistribution === true || isScore || (position === 0 && allowedFirst !== undefined);
  }

  #fullRow(query: CanvasQuery, position: number, logits: Float32Array): Prediction {
    const { manifest, neverChosen } = this.parts;
    const isScore = manifest.architecture.parameterization === 'score';
    return rowFromOutputs(position, logits, {
      neverChosen,
      allowed: position === 0 ? query.allowedFirst : undefined,
      score: isScore ? { current: query.canvas[position]!, shift: this.#scoreShift(query) } : undefined,
      wantDistribution: query.wantDistribution === true,
    });
  }

  /** SEDD divides the scores of its absorbing networks by (e^sigma - 1) times the number of real tokens. */
  #scoreShift(query: CanvasQuery): number {
    const { scaleBySigma, vocabularySize } = this.parts.manifest.architecture;
    if (!scaleBySigma) return 0;
    return Math.log(Math.expm1(this.#noise(query).sigma)) + Math.log(vocabularySize - 1);
  }

  #sigma(query: CanvasQuery): number | undefined {
    return this.parts.manifest.architecture.timeInput === 'sigma' ? this.#noise(query).sigma : undefined;
  }

  #noise({ noise }: CanvasQuery): { readonly sigma: number } {
    if (noise !== undefined) return noise;
    throw new InfillError(
      'invalid-request',
      'This network has to be told the noise level, and the sampler knows none.',
      'Choose a sampler with a noise schedule, such as "sedd-analytic".',
    );
  }
}

/** Sequences that can be computed together: as long, equally noisy, and all of them whole or none. */
function batches(sequences: readonly Sequence[]): Iterable<readonly Sequence[]> {
  const groups = new Map<string, Sequence[]>();
  for (const sequence of sequences) {
    const isWhole = sequence.past === undefined;
    const key = `${sequence.ids.length} ${sequence.query.noise?.sigma ?? ''} ${isWhole}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sequence]);
    else group.push(sequence);
  }
  return groups.values();
}
