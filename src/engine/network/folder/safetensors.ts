import * as z from 'zod';
import { InfillError } from '../../../shared/infillError.js';
import { duplicateKey } from '../../files/duplicateKey.js';
import {
  damaged,
  onlyPointer,
  openForeignFile,
  parseForeignJson,
  POINTER,
  readExactly,
} from '../../files/foreignFile.js';
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
/** The only entry of a header that is no tensor. */
const METADATA = '__metadata__';
type HeaderEntry = z.infer<typeof entrySchema>;

/** What the header of a safetensors file says. */
export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorLocation>;
  /** Free-form notes of the writer. PyTorch's writer notes in it names of shared tensors that it left out, and the name that was kept. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads the header of a safetensors file: 8 bytes length (little endian), then JSON, then the data that `data_offsets` count
 * from. As the format demands, names are unique, and the tensors follow each other without overlaps and gaps up to the end of the file.
 * Source: the format's description in the safetensors project, and its `Metadata::validate`.
 * Throws InfillError model-missing or model-corrupt.
 */
export async function readSafetensorsHeader(file: string): Promise<SafetensorsHeader> {
  const { handle, bytes } = await openForeignFile(file);
  try {
    return await parseSafetensorsHeader((offset, length) => readExactly(handle, offset, length, file), bytes, file);
  } finally {
    await handle.close();
  }
}

/**
 * As `readSafetensorsHeader`, of a file of `fileBytes` bytes that `read` gives parts of. `file` = its name in messages.
 * Throws InfillError model-corrupt, or what `read` throws.
 */
export async function parseSafetensorsHeader(
  read: (offset: number, length: number) => Promise<Buffer>,
  fileBytes: number,
  file: string,
): Promise<SafetensorsHeader> {
  if (fileBytes < 8) throw damaged(file, `it ends at byte ${fileBytes}`);
  const first = await read(0, 8);
  if (POINTER.startsWith(first.toString('latin1'))) throw onlyPointer(file);
  const headerBytes = Number(first.readBigUInt64LE());
  const begin = 8 + headerBytes;
  if (headerBytes > UPPER_ENDS.safetensorsHeader || begin > fileBytes) {
    throw damaged(file, `its header claims ${headerBytes} bytes in a file of ${fileBytes}`);
  }
  const { entries, metadata } = parseHeader((await read(8, headerBytes)).toString('utf8'), file);
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
  return { tensors, metadata };
}

function byPlace(
  [, { data_offsets: a }]: [string, HeaderEntry],
  [, { data_offsets: b }]: [string, HeaderEntry],
): number {
  return a[0] - b[0] || a[1] - b[1];
}

function parseHeader(
  text: string,
  file: string,
): { readonly entries: [name: string, entry: HeaderEntry][]; readonly metadata: ReadonlyMap<string, string> } {
  const value = parseForeignJson(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damaged(file, 'its header is no list of tensors');
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw damaged(file, `its header has the name ${twice} twice`);
  const { [METADATA]: notes, ...tensors } = value as Record<string, unknown>;
  const metadata = new Map(
    Object.entries(typeof notes === 'object' && notes !== null ? notes : {}).filter(
      (note): note is [string, string] => typeof note[1] === 'string',
    ),
  );
  const entries = Object.entries(tensors).map(([name, entry]): [string, HeaderEntry] => {
    const parsed = entrySchema.safeParse(entry);
    if (parsed.success) return [name, parsed.data];
    const issue = parsed.error.issues[0];
    const where = [name, ...(issue?.path ?? [])].join('.');
    throw damaged(file, `its header is wrong at ${where}: ${issue?.message ?? '?'}`, parsed.error);
  });
  return { entries, metadata };
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
