import type { TensorType } from '../../../engine/network/folder/safetensors.js';
import { unsupported } from './unsupported.js';

/** Whether `decodeFloats` reads elements of this type. */
export function isDecodable(type: TensorType): boolean {
  return type === 'F32' || type === 'F64' || type === 'BF16' || type === 'F16';
}

/** The elements of a tensor of floating-point numbers as float32. Throws InfillError model-unsupported for other types. */
export function decodeFloats(bytes: Buffer, type: TensorType, name: string): Float32Array {
  if (!isDecodable(type)) {
    throw unsupported(
      `tensor ${name} has elements of type ${type}`,
      'Get the weights in bfloat16, float16 or float32.',
    );
  }
  const floats = new Float32Array(bytes.byteLength / bytesOfElement(type));
  decodeFloatsInto(floats, bytes, type);
  return floats;
}

/** Bytes of an element of a type that `isDecodable` takes. */
export function bytesOfElement(type: TensorType): number {
  return type === 'F64' ? 8 : type === 'F32' ? 4 : 2;
}

/** Fills `target` with as many elements of a type that `isDecodable` takes; `bytes` begin where such elements can be read from. */
export function decodeFloatsInto(target: Float32Array, bytes: Uint8Array, type: TensorType): void {
  const { buffer, byteOffset } = bytes;
  const { length } = target;
  switch (type) {
    case 'F32':
      target.set(new Float32Array(buffer, byteOffset, length));
      break;
    case 'F64':
      target.set(new Float64Array(buffer, byteOffset, length));
      break;
    case 'BF16':
      upperHalves(new Uint16Array(buffer, byteOffset, length), target);
      break;
    default:
      halvesToFloats(new Uint16Array(buffer, byteOffset, length), target);
  }
}

/** A bfloat16 is the upper half of a float32. */
function upperHalves(halves: Uint16Array, target: Float32Array): void {
  const bits = new Int32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (halves[i] ?? 0) << 16;
}

/** IEEE 754 binary16 -> binary32, by a table of all 65536 values. */
function halvesToFloats(halves: Uint16Array, target: Float32Array): void {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, half) => halfToFloat(half));
  for (let i = 0; i < target.length; i++) target[i] = table[halves[i] ?? 0] ?? NaN;
}

let table: Float32Array | undefined;

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
