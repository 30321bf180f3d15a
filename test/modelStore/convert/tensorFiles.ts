import { readFile, writeFile } from 'node:fs/promises';

export interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Buffer;
}

/** The tensors of a safetensors file, by the format's description: read without the code under test. */
export async function readTensors(file: string): Promise<Map<string, Tensor>> {
  const bytes = await readFile(file);
  const begin = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, begin)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  return new Map(
    entries.map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => [name, { dtype, shape, data: Buffer.from(bytes.subarray(begin + from, begin + to)) }],
    ),
  );
}

/** Writes a safetensors file. */
export async function writeTensors(
  file: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  let end = 0;
  const entries = [...tensors].map(([name, { dtype, shape, data }]) => {
    const from = end;
    end += data.length;
    return [name, { dtype, shape, data_offsets: [from, end] }] as const;
  });
  const header = Object.fromEntries<unknown>(entries);
  if (metadata !== undefined) header['__metadata__'] = metadata;
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(file, Buffer.concat([length, text, ...[...tensors.values()].map(({ data }) => data)]));
}
