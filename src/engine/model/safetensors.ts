import { open, type FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { InfillError } from '../../shared/infillError.js';

/** Bytes of one element, by the format's names of types. */
const ELEMENT_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
} as const;
export type TensorType = keyof typeof ELEMENT_BYTES;

/** Where one tensor lies in its file. `offset` counts from the start of the file, in bytes. */
export interface TensorLocation {
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

/** The format allows 100 MB; headers are a few KB, so a larger one is damage. */
const HEADER_LIMIT = 16 * 1024 * 1024;

const TENSOR_TYPES = Object.keys(ELEMENT_BYTES) as [TensorType, ...TensorType[]];
const size = z.int().nonnegative();
const headerSchema = z.record(
  z.string(),
  z.object({ dtype: z.enum(TENSOR_TYPES), shape: z.array(size), data_offsets: z.tuple([size, size]) }),
);

/**
 * Reads the header of a safetensors file: 8 bytes length (little endian), then JSON, then the data that `data_offsets` count
 * from. Source: the format's description in the safetensors project.
 * Throws InfillError model-missing or model-corrupt.
 */
export async function readSafetensorsHeader(file: string): Promise<Map<string, TensorLocation>> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    const remedy = 'Get the model again: its folder is incomplete.';
    throw new InfillError('model-missing', `The weights file ${file} cannot be opened.`, remedy, { cause: error });
  }
  try {
    return await readHeader(handle, file);
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, file: string): Promise<Map<string, TensorLocation>> {
  const { size: fileBytes } = await handle.stat();
  const lengthField = await readExactly(handle, 0, 8, file);
  const headerBytes = Number(lengthField.readBigUInt64LE());
  if (headerBytes > HEADER_LIMIT || 8 + headerBytes > fileBytes) {
    throw corrupt(file, `its header claims ${headerBytes} bytes in a file of ${fileBytes}`);
  }
  const text = (await readExactly(handle, 8, headerBytes, file)).toString('utf8');
  const tensors = new Map<string, TensorLocation>();
  for (const [name, entry] of Object.entries(parseHeader(text, file))) {
    const [start, end] = entry.data_offsets;
    const bytes = entry.shape.reduce((product, length) => product * length, ELEMENT_BYTES[entry.dtype]);
    const offset = 8 + headerBytes + start;
    if (end - start !== bytes) throw corrupt(file, `tensor ${name} has ${end - start} bytes, its shape needs ${bytes}`);
    if (offset + bytes > fileBytes) {
      throw corrupt(file, `it ends at byte ${fileBytes}, before the end of tensor ${name} (${offset + bytes})`);
    }
    tensors.set(name, { dtype: entry.dtype, shape: entry.shape, offset, bytes });
  }
  return tensors;
}

function parseHeader(text: string, file: string): z.infer<typeof headerSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, 'its header is not valid JSON', error);
  }
  // Free-form notes of the writer; the only entry that is not a tensor.
  if (typeof value === 'object' && value !== null) Reflect.deleteProperty(value, '__metadata__');
  const parsed = headerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw corrupt(file, `its header is wrong at ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? '?'}`, parsed.error);
}

/** Reads `length` bytes at `offset` of an open file; fewer are an error. */
export async function readExactly(handle: FileHandle, offset: number, length: number, file: string): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length); // not pooled: typed arrays over it need alignment
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, offset + done);
    if (bytesRead === 0) throw corrupt(file, `it ends at byte ${offset + done}`);
    done += bytesRead;
  }
  return buffer;
}

function corrupt(file: string, problem: string, cause?: unknown): InfillError {
  const remedy = 'Get the model again and replace its folder.';
  return new InfillError('model-corrupt', `The weights file ${file} is damaged: ${problem}.`, remedy, { cause });
}
