import type { TensorType } from '../../../engine/network/folder/safetensors.js';
import { unsupported } from './unsupported.js';

/** Whether `decodeFloats` reads elements of this type. */
export function isDecodable(type: TensorType): boolean {
  return type === 'F32' || type === 'F64' || type === 'BF16' || type === 'F16';
}

/** The elements of a tensor of floating-point numbers as float32. Throws InfillError model-unsupported for other types. */
export function decodeFloats(bytes: Buffer, type: TensorType, name: string): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (type) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, byteLength / 8));
    case 'BF16': {
      // The upper half of a float32.
      const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
      const bits = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16;
      return new Float32Array(bits.buffer);
    }
    case 'F16':
      return halvesToFloats(new Uint16Array(buffer, byteOffset, byteLength / 2));
    default:
      throw unsupported(
        `tensor ${name} has elements of type ${type}`,
        'Get the weights in bfloat16, float16 or float32.',
      );
  }
}

/** IEEE 754 binary16 -> binary32, by a table of all 65536 values. */
function halvesToFloats(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, half) => halfToFloat(half));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i] ?? 0] ?? NaN;
  return floats;
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
