import path from 'node:path';
import { InfillError } from '../../../shared/infillError.js';
import { expectedTensors } from './expectedTensors.js';
import type { EncoderDenoiserManifest, Manifest } from './manifest.js';
import type { ExternalTensor } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import { damaged, inspectForeignFile, openForeignFile, readExactly, readExactlyInto } from '../../files/foreignFile.js';
import { readSafetensorsHeader, unsupportedType, type TensorType } from './safetensors.js';

/** Where tensors lie, by name. */
export interface TensorSource {
  get(name: string): ExternalTensor;
}

/** A tensor of which parts are read when they are needed. */
export interface OpenTensor {
  /** Fills `target` with the tensor's bytes from `offset` on, on the calling thread. Throws InfillError model-corrupt where there are not as many. */
  readInto(target: Uint8Array, offset: number): void;
  close(): Promise<void>;
}

const TYPES: ReadonlyMap<TensorType, DataType> = new Map([
  ['F32', DataType.FLOAT],
  ['I8', DataType.INT8],
  ['U8', DataType.UINT8],
]);

/** The tensors of a model folder: where each lies, checked against the architecture; data is read on demand. */
export class ModelWeights<M extends Manifest = EncoderDenoiserManifest> implements TensorSource {
  private constructor(
    readonly manifest: M,
    /** The folder that really holds the weights: onnxruntime refuses paths that leave it, links included. */
    readonly folder: string,
    readonly tensors: ReadonlyMap<string, ExternalTensor>,
  ) {}

  /** Reads the headers of all weight files in `folder`. Throws InfillError model-missing, model-corrupt or model-unsupported. */
  static async open<M extends Manifest>(folder: string, manifest: M): Promise<ModelWeights<M>> {
    const tensors = new Map<string, ExternalTensor>();
    const folders = new Set<string>();
    for (const { path: name } of manifest.weights.files) {
      const file = path.join(folder, name);
      const { tensors: header } = await readSafetensorsHeader(file);
      const { real } = await inspectForeignFile(file);
      folders.add(path.dirname(real));
      for (const [tensor, { dtype, shape, offset, bytes }] of header) {
        const type = TYPES.get(dtype);
        if (type === undefined) {
          throw unsupportedType(tensor, dtype, file, 'Convert the model again from its checkpoint.');
        }
        if (tensors.has(tensor)) throw damaged(file, `its tensor ${tensor} is in another file of the model as well`);
        tensors.set(tensor, { file: path.basename(real), offset, bytes, type, shape });
      }
    }
    if (folders.size > 1) {
      throw new InfillError(
        'model-unsupported',
        `The weights of ${folder} are links into several folders.`,
        'Copy the files themselves into one folder.',
      );
    }
    checkTensors(folder, manifest, tensors);
    return new ModelWeights(manifest, [...folders][0] ?? folder, tensors);
  }

  get(name: string): ExternalTensor {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw new Error(`tensor ${name} is not among the expected ones`);
    return tensor;
  }

  async readFloats(name: string): Promise<Float32Array> {
    const bytes = await this.#read(name);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  }

  /** To be closed by the caller. */
  async openTensor(name: string): Promise<OpenTensor> {
    const tensor = this.get(name);
    const file = path.join(this.folder, tensor.file);
    const { handle } = await openForeignFile(file);
    return {
      readInto: (target, offset) => {
        if (offset + target.length > tensor.bytes) throw new RangeError(`tensor ${name} has ${tensor.bytes} bytes`);
        readExactlyInto(handle, target, tensor.offset + offset, file);
      },
      close: async () => handle.close(),
    };
  }

  async #read(name: string): Promise<Uint8Array> {
    const tensor = this.get(name);
    const file = path.join(this.folder, tensor.file);
    const { handle } = await openForeignFile(file);
    try {
      return await readExactly(handle, tensor.offset, tensor.bytes, file);
    } finally {
      await handle.close();
    }
  }
}

function checkTensors(folder: string, manifest: Manifest, tensors: ReadonlyMap<string, ExternalTensor>): void {
  const corrupt = (problem: string): InfillError => {
    const remedy = 'Get the model again and replace its folder.';
    return new InfillError('model-corrupt', `The weights in ${folder} do not fit the manifest: ${problem}.`, remedy);
  };
  const unknown = new Set(tensors.keys());
  for (const { name, type, shape } of expectedTensors(manifest)) {
    unknown.delete(name);
    const found = tensors.get(name);
    if (found === undefined) throw corrupt(`tensor ${name} is missing`);
    if (found.type !== type || found.shape.join() !== shape.join()) {
      const is = `${DataType[found.type]} [${found.shape.join(', ')}]`;
      throw corrupt(`tensor ${name} is ${is}, not ${DataType[type]} [${shape.join(', ')}]`);
    }
  }
  // Without it the network would compute something else than what was trained, and seem to work.
  for (const name of unknown) throw corrupt(`it has no place for tensor ${name}`);
}
