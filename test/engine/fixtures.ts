import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

/** Model folders: random weights and 512 tokens in two precisions, and the bundled one's folder. */
export const TINY_FP32 = path.join(root, 'test/fixtures/tiny/fp32');
export const TINY_INT8 = path.join(root, 'test/fixtures/tiny/int8');
export const BUNDLED = path.join(root, 'models/infill-code-135m');

/** Of kind one-network: all weights trained, or adapters beside a base. */
export const TINY_ONE_NETWORK = ['all', 'adapters'].flatMap((weights) =>
  (['fp32', 'int8'] as const).map((precision) => ({
    weights,
    precision,
    folder: path.join(root, 'test/fixtures/tiny-one-network', weights, precision),
  })),
);

/** All tiny models of which a part, or the whole, is a causal language model with a cache. */
export const TINY_WITH_ENCODER = [
  { name: 'encoder-denoiser, fp32', kind: 'encoder-denoiser', precision: 'fp32', folder: TINY_FP32 },
  { name: 'encoder-denoiser, int8', kind: 'encoder-denoiser', precision: 'int8', folder: TINY_INT8 },
  ...TINY_ONE_NETWORK.map(({ weights, precision, folder }) => ({
    ...{ name: `one-network, ${weights}, ${precision}`, kind: 'one-network' },
    ...{ precision, folder },
  })),
] as const;

/** What the training code's reference wrote for TypeScript to reproduce. */
export function parityFixture(name: string): unknown {
  return JSON.parse(readFileSync(path.join(root, `test/fixtures/parity/${name}.json`), 'utf8'));
}

export function tokenizerPath(modelFolder: string): string {
  return path.join(modelFolder, 'tokenizer.json');
}

/** The tiny checkpoints in public layouts. */
export const CHECKPOINTS = [
  'llada',
  'dream',
  'open-dcoder',
  'a2d-qwen2',
  'a2d-qwen3',
  'dqwen3',
  'coda',
  'illada',
  'diffugpt',
  'sedd',
  'sedd-uniform',
  'mdlm',
] as const;

/** In their folder. */
export function checkpointPath(name: string): string {
  return path.join(root, 'test/fixtures/checkpoints', name);
}
