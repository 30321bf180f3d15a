import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { recommendedOptions } from '../../../../src/engine/contract/recommended.js';
import type { Random } from '../../../../src/engine/diffusion/random.js';
import type {
  CanvasQuery,
  ModelContext,
  ModelManifestView,
  NetworkKind,
  Prediction,
} from '../../../../src/engine/contract/model.js';

/** One run that the oracle samplers of training/oracle/samplers wrote down. */
export interface SamplerCase {
  readonly sampler: string;
  readonly remask: string;
  readonly network: NetworkKind;
  readonly vocabulary: number;
  readonly mask: number;
  readonly end: number;
  readonly canvas: readonly number[];
  readonly steps: number;
  readonly temperature: number;
  readonly topP: number;
  readonly uniforms: readonly number[];
  readonly run: readonly RecordedStep[];
  readonly lengths?: { readonly expand: number; readonly delete: number; readonly most: number };
}

export interface RecordedStep {
  /** What the network said of the positions that were asked; null where it was not called. */
  readonly rows: readonly { readonly position: number; readonly outputs: readonly number[] }[] | null;
  readonly canvas: readonly number[];
}

export function samplerFixture(name: string): unknown {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, `../../../fixtures/samplers/${name}.json`), 'utf8'));
}

/** The numbers in their order; a further one is an error. */
export class RecordedRandom implements Random {
  private next = 0;

  constructor(private readonly uniforms: readonly number[]) {}

  uniform(): number {
    assert.ok(this.next < this.uniforms.length, 'more numbers were drawn than the oracle drew');
    return this.uniforms[this.next++]!;
  }

  get left(): number {
    return this.uniforms.length - this.next;
  }
}

/** Answers with what was recorded, and checks that it is asked for just that. */
export class RecordedNetwork implements ModelContext {
  readonly encodedTokens = 0;
  readonly reusedTokens = 0;
  private lastTime: number | undefined;
  private readonly calls: NonNullable<RecordedStep['rows']>[];

  constructor(private readonly recorded: SamplerCase) {
    this.calls = recorded.run.flatMap(({ rows }) => (rows === null ? [] : [rows]));
  }

  get callsLeft(): number {
    return this.calls.length;
  }

  async predict([query]: readonly CanvasQuery[]): Promise<Prediction[][]> {
    this.checkTime(query!);
    const rows = this.calls.shift();
    assert.ok(rows, 'the network was called more often than the oracle called it');
    assert.deepEqual(
      query!.positions,
      rows.map(({ position }) => position),
    );
    return [rows.map(({ position, outputs }) => this.prediction(position, outputs, query!))];
  }

  /** A score network is told the time, which goes from all noise down; others are not. */
  private checkTime({ noise }: CanvasQuery): void {
    if (this.recorded.network.parameterization === 'clean') {
      assert.equal(noise, undefined);
      return;
    }
    assert.ok(noise && noise.t <= 1 && noise.sigma > 0);
    if (this.lastTime === undefined) assert.equal(noise.t, 1);
    else assert.ok(noise.t < this.lastTime);
    this.lastTime = noise.t;
  }

  private prediction(position: number, outputs: readonly number[], query: CanvasQuery): Prediction {
    const ids = outputs.map((_, id) => id).sort((a, b) => outputs[b]! - outputs[a]! || a - b);
    const { mask } = this.recorded;
    const distribution = Float32Array.from([...outputs, ...(mask < 0 ? [] : [-Infinity])]);
    return {
      position,
      ids,
      logProbs: ids.map((id) => outputs[id]!),
      entropy: outputs.reduce((sum, log) => sum - Math.exp(log) * log, 0),
      ...(query.wantDistribution ? { distribution } : {}),
    };
  }
}

/** The manifest of the network that a case is about. */
export function manifestOf({ vocabulary, mask, end, network, lengths }: SamplerCase): ModelManifestView {
  const { expand, delete: remove } = lengths ?? {};
  return {
    name: 'recorded',
    version: '1',
    license: 'none',
    vocabularySize: vocabulary,
    tokens: {
      start: 0,
      mask,
      endOfMiddle: end,
      ...(expand === undefined ? {} : { expand }),
      ...(remove === undefined ? {} : { delete: remove }),
    },
    limits: { prefix: 8, suffix: 8, canvas: 64 },
    recommended: recommendedOptions.parse({
      ...{ steps: 8, entropyBound: 0.2, absorb: false, encoderMix: 0, stopEvidence: 0, minConfidence: 0 },
    }),
    ...network,
  };
}
