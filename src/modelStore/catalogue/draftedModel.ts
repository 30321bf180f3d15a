import { fullSequenceTensors } from '../../engine/network/folder/fullSequenceTensors.js';
import type { FullSequenceManifest, Precision } from '../../engine/network/folder/manifest.js';
import { TensorProto_DataType as DataType } from '../../engine/network/onnx/onnx_pb.js';
import type { ContextCacheMode } from '../../shared/modelImport.js';
import { draftOf } from '../convert/draftManifest.js';
import type { PublicCheckpoint } from './publicCheckpoints.js';

/** An id that every vocabulary has: what a checkpoint costs does not depend on which it is. */
const MASK = 0;

/** The manifest that a checkpoint's conversion would write, with the bytes of its weights, before anything of it is there. */
export function draftedModel(
  { title, family, architecture, license }: Pick<PublicCheckpoint, 'title' | 'family' | 'architecture' | 'license'>,
  { precision, contextCache }: { readonly precision: Precision; readonly contextCache: ContextCacheMode },
): FullSequenceManifest {
  const tokens = { start: null, mask: MASK, endOfMiddle: null, end: null };
  const draft = draftOf({ family, architecture, tokens }, { precision, name: title, license, contextCache });
  const bytes = weightBytes(draft);
  const file = { path: 'network.safetensors', bytes, sha256: '0'.repeat(64), part: 'network' as const };
  return { ...draft, weights: { precision, files: [file] } };
}

/** Number of weights, those of a tied output layer counted once. */
export function parametersOf(architecture: FullSequenceManifest['architecture']): number {
  const checkpoint = { title: 'any', family: 'dream', architecture, license: 'any' } as const;
  const draft = draftedModel(checkpoint, { precision: 'fp32', contextCache: 'exact' });
  return weightBytes(draft) / BYTES[DataType.FLOAT];
}

const BYTES = { [DataType.FLOAT]: 4, [DataType.INT8]: 1, [DataType.UINT8]: 1 };

function weightBytes(manifest: FullSequenceManifest): number {
  let bytes = 0;
  for (const { type, shape } of fullSequenceTensors(manifest)) {
    bytes += shape.reduce((product, size) => product * size, BYTES[type]);
  }
  return bytes;
}
