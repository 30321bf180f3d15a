import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { InfillError } from '../../../shared/infillError.js';
import { duplicateKey } from '../../files/duplicateKey.js';
import { damaged, openForeignFile, parseForeignJson, readExactly } from '../../files/foreignFile.js';
import { UPPER_ENDS } from '../../files/upperEnds.js';

/**
 * Bits of one element, by the format's names of types: all that the safetensors project lists. Which of them a model may
 * have is for the readers of tensors to say.
 */
const ELEMENT_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;
export type TensorType = keyof typeof ELEMENT_BITS;

/** Where one tensor lies in its file. `offset` counts from the start of the file, in bytes. */
export interface TensorLocation {
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

const TENSOR_TYPES = Object.keys(ELEMENT_BITS) as [TensorType, ...TensorType[]];
const size = z.int().nonnegative();
const entrySchema = z.object({
  dtype: z.enum(TENSOR_TYPES, 'is no type that this version knows'),
  shape: z.array(size).max(UPPER_ENDS.dimensions),
  data_offsets: z.tuple([size, size]),
});
type HeaderEntry = z.infer<typeof entrySchema>;

/**
 * Reads the header of a safetensors file: 8 bytes length (little endian), then JSON, then the data that `data_offsets` count
 * from. As the format demands, names are unique, and the tensors follow each other without overlaps and gaps up to the end of the file.
 * Source: the format's description in the safetensors project, and its `Metadata::validate`.
 * Throws InfillError model-missing or model-corrupt.
 */
export async function readSafetensorsHeader(file: string): Promise<Map<string, TensorLocation>> {
  const { handle, bytes } = await openForeignFile(file);
  try {
    return await readHeader(handle, bytes, file);
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, fileBytes: number, file: string): Promise<Map<string, TensorLocation>> {
  const lengthField = await readExactly(handle, 0, 8, file);
  const headerBytes = Number(lengthField.readBigUInt64LE());
  const begin = 8 + headerBytes;
  if (headerBytes > UPPER_ENDS.safetensorsHeader || begin > fileBytes) {
    throw damaged(file, `its header claims ${headerBytes} bytes in a file of ${fileBytes}`);
  }
  const text = (await readExactly(handle, 8, headerBytes, file)).toString('utf8');
  const entries = parseHeader(text, file);
  const tensors = new Map<string, TensorLocation>();
  let end = 0;
  // The order of names in the header is free.
  for (const [name, { dtype, shape, data_offsets: place }] of entries.sort(byPlace)) {
    const bytes = bytesOf(name, { dtype, shape }, fileBytes, file);
    const [start, stop] = place;
    if (stop - start !== bytes)
      throw damaged(file, `tensor ${name} has ${stop - start} bytes, its shape needs ${bytes}`);
    if (start !== end) {
      const what = start < end ? 'overlaps the one before it' : 'leaves a gap behind the one before it';
      throw damaged(file, `tensor ${name} ${what} (from ${start}, not ${end})`);
    }
    end = stop;
    if (begin + end > fileBytes) {
      throw damaged(file, `it ends at byte ${fileBytes}, before the end of tensor ${name} (${begin + end})`);
    }
    tensors.set(name, { dtype, shape, offset: begin + start, bytes });
  }
  if (begin + end !== fileBytes) {
    throw damaged(file, `it has ${fileBytes - begin - end} bytes behind its last tensor`);
  }
  return tensors;
}

function byPlace(
  [, { data_offsets: a }]: [string, HeaderEntry],
  [, { data_offsets: b }]: [string, HeaderEntry],
): number {
  return a[0] - b[0] || a[1] - b[1];
}

function parseHeader(text: string, file: string): [name: string, entry: HeaderEntry][] {
  const value = parseForeignJson(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damaged(file, 'its header is no list of tensors');
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw damaged(file, `its header has the name ${twice} twice`);
  return Object.entries(value)
    .filter(([name]) => name !== '__metadata__') // free-form notes of the writer; the only entry that is not a tensor
    .map(([name, entry]) => {
      const parsed = entrySchema.safeParse(entry);
      if (parsed.success) return [name, parsed.data];
      const issue = parsed.error.issues[0];
      const where = [name, ...(issue?.path ?? [])].join('.');
      throw damaged(file, `its header is wrong at ${where}: ${issue?.message ?? '?'}`, parsed.error);
    });
}

/** Bytes of a tensor's elements, multiplied as long as the file can hold them: a product of claims may be any number. */
function bytesOf(
  name: string,
  { dtype, shape }: Pick<HeaderEntry, 'dtype' | 'shape'>,
  fileBytes: number,
  file: string,
): number {
  if (shape.includes(0)) return 0;
  let bits: number = ELEMENT_BITS[dtype];
  for (const length of shape) {
    bits *= length;
    if (bits > 8 * fileBytes) {
      throw damaged(file, `tensor ${name} of shape [${shape.join(', ')}] is larger than the file`);
    }
  }
  if (bits % 8 !== 0) throw damaged(file, `tensor ${name} of type ${dtype} ends inside of a byte`);
  return bits / 8;
}

/** A type that the format knows and a reader does not. `remedy` says what to do instead. */
export function unsupportedType(name: string, dtype: TensorType, file: string, remedy: string): InfillError {
  return new InfillError(
    'model-unsupported',
    `Tensor ${name} of ${file} has elements of type ${dtype}, which this version of Infill does not read.`,
    remedy,
  );
}
