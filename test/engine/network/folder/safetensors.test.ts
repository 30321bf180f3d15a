import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { duplicateKey } from '../../../../src/engine/files/duplicateKey.js';
import { readSafetensorsHeader } from '../../../../src/engine/network/folder/safetensors.js';
import { CheckpointFiles } from '../../../../src/modelStore/convert/checkpoint/checkpointReader.js';

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

void describe('a safetensors file', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'infill-safetensors-'))));
  after(() => rm(folder, { recursive: true }));

  /** Writes `header` (JSON text as it is) and `bytes` bytes of data, and reads the header. */
  async function read(header: Readonly<Record<string, Entry>> | string, bytes: number): Promise<readonly string[]> {
    const text = typeof header === 'string' ? header : JSON.stringify(header);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
    const file = path.join(folder, 'x.safetensors');
    await writeFile(file, Buffer.concat([length, Buffer.from(text), Buffer.alloc(bytes)]));
    const { tensors } = await readSafetensorsHeader(file);
    return [...tensors].map(
      ([name, { offset, bytes: own }]) => `${name} ${offset - 8 - Buffer.byteLength(text)}+${own}`,
    );
  }
  const floats = (start: number, end: number, shape = [(end - start) / 4]): Entry => ({
    dtype: 'F32',
    shape,
    data_offsets: [start, end],
  });

  it('may name its tensors in any order, have empty ones, notes, and no others', async () => {
    assert.deepEqual(await read({ b: floats(8, 16), e: floats(8, 8, [2, 0]), a: floats(0, 8) }, 16), [
      'a 0+8',
      'e 8+0',
      'b 8+8',
    ]);
    assert.deepEqual(await read('{"__metadata__": {"format": "pt"}}', 0), []);
  });

  it('has types of all sizes that the format knows', async () => {
    const entry = (dtype: string, shape: number[], start: number, end: number): Entry => ({
      ...{ dtype, shape },
      data_offsets: [start, end],
    });
    const header = { a: entry('F4', [4], 0, 2), b: entry('C64', [1], 2, 10), c: entry('F6_E2M3', [4], 10, 13) };
    assert.deepEqual(await read(header, 13), ['a 0+2', 'b 2+8', 'c 10+3']);
    await assert.rejects(read({ a: entry('F4', [3], 0, 2) }, 2), {
      code: 'model-corrupt',
      message: /inside of a byte/,
    });
  });

  const damages: readonly (readonly [
    name: string,
    says: RegExp,
    header: string | Record<string, Entry>,
    bytes: number,
  ])[] = [
    ['overlapping tensors', /tensor b overlaps/, { a: floats(0, 8), b: floats(4, 12) }, 12],
    ['one tensor inside another', /tensor b overlaps/, { a: floats(0, 12), b: floats(4, 8) }, 12],
    ['two tensors in one place', /tensor b overlaps/, { a: floats(0, 8), b: floats(0, 8) }, 8],
    ['a gap', /tensor b leaves a gap/, { a: floats(0, 4), b: floats(8, 12) }, 12],
    ['a gap at the start', /tensor a leaves a gap/, { a: floats(4, 8) }, 8],
    ['data that nobody names', /4 bytes behind its last tensor/, { a: floats(0, 4) }, 8],
    ['too little data', /ends at byte .*, before the end of tensor a/, { a: floats(0, 8) }, 4],
    [
      'a name twice',
      /name a twice/,
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ],
    [
      'a name twice, spelled otherwise',
      /name a twice/,
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ],
    ['a field twice', /name shape twice/, '{"a":{"dtype":"F32","shape":[9],"shape":[1],"data_offsets":[0,4]}}', 4],
    [
      'a shape whose product overflows',
      /shape \[.*\] is larger than the file/,
      { a: floats(0, 4, [2 ** 52, 2 ** 52, 2 ** 52]) },
      4,
    ],
    ['a size of 2^53', /a\.shape\.0/, '{"a":{"dtype":"F32","shape":[9007199254740992],"data_offsets":[0,4]}}', 4],
    [
      'an offset of 2^53',
      /a\.data_offsets\.1/,
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9007199254740992]}}',
      4,
    ],
    ['too many dimensions', /a\.shape/, { a: floats(0, 4, new Array<number>(17).fill(1)) }, 4],
    ['a start after the end', /tensor a has -4 bytes/, { a: floats(4, 0, [1]) }, 4],
    ['an unknown type', /a\.dtype/, { a: { ...floats(0, 4), dtype: 'F33' } }, 4],
    ['a type with a name of JavaScript', /a\.dtype/, { a: { ...floats(0, 4), dtype: 'constructor' } }, 4],
    ['a list', /no list of tensors/, '[]', 0],
    ['a tensor called __proto__ that is none', /__proto__/, '{"__proto__": 5}', 0],
  ];
  for (const [name, says, header, bytes] of damages) {
    it(`is damaged with ${name}`, async () => {
      await assert.rejects(read(header, bytes), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'model-corrupt');
        assert.match(error.message, says);
        assert.match(error.message, /x\.safetensors/);
        return true;
      });
    });
  }

  it('of a checkpoint shares no tensor with another', async () => {
    await read({ a: floats(0, 4) }, 4);
    const header = await readSafetensorsHeader(path.join(folder, 'x.safetensors'));
    assert.deepEqual([...CheckpointFiles.of(new Map([['x.safetensors', header]])).names], ['a']);
    const twice = new Map(['x.safetensors', 'y.safetensors'].map((file) => [file, header]));
    assert.throws(() => CheckpointFiles.of(twice), {
      code: 'model-corrupt',
      message: /tensor a is in .*x\.safetensors/,
    });
  });
});

void describe('duplicateKey', () => {
  it('finds nothing in what JSON.stringify writes, and every key that is written twice', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, key) => {
        const text = JSON.stringify(value);
        assert.equal(duplicateKey(text), undefined);
        const name = JSON.stringify(key);
        assert.equal(duplicateKey(`[{${name}:${text},"other":{},${name}:${text}}]`), key);
      }),
    );
  });

  it('reads a string of megabytes, and nesting', () => {
    assert.equal(duplicateKey(`{"a":"${'x'.repeat(1 << 22)}","a":1}`), 'a');
    assert.equal(duplicateKey(`${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`), undefined);
  });
});
