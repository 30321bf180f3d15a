import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readTextFile, writeTextFile } from '../../../src/cli/input/textFile.js';

void describe('a text file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'infill-text-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function file(content: string | Uint8Array): Promise<string> {
    const name = path.join(folder, 'file.ts');
    await writeFile(name, content);
    return name;
  }

  it('is read as it is', async () => {
    const text = 'a\r\nb\tä 😀\n';
    assert.deepEqual(await readTextFile(await file(text)), {
      path: path.join(folder, 'file.ts'),
      text,
      hasByteOrderMark: false,
    });
  });

  it('keeps its byte order mark, which is no part of the text', async () => {
    const name = await file('\uFEFFlet a;');
    const document = await readTextFile(name);
    assert.deepEqual([document.text, document.hasByteOrderMark], ['let a;', true]);
    await writeTextFile(document, 'let b;');
    assert.equal(await readFile(name, 'utf8'), '\uFEFFlet b;');
  });

  it('may hold a replacement character of its own', async () => {
    assert.equal((await readTextFile(await file('a\uFFFDb'))).text, 'a\uFFFDb');
  });

  it('that is none is refused with the reason', async () => {
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [Uint8Array.of(0xff, 0xfe, 0x61, 0), /UTF-16 \(little-endian\)/],
      [Uint8Array.of(0xfe, 0xff, 0, 0x61), /UTF-16 \(big-endian\)/],
      [Uint8Array.of(0x61, 0, 0x62), /binary/],
      [Buffer.concat([Buffer.from('\uFFFD\nü\n'), Uint8Array.of(0x61, 0xe4, 0x0a)]), /not UTF-8 .*line 3/],
    ];
    for (const [bytes, message] of cases) {
      await assert.rejects(readTextFile(await file(bytes)), { code: 'invalid-request', message });
    }
  });

  it('that cannot be read is named', async () => {
    await assert.rejects(readTextFile(path.join(folder, 'no.ts')), {
      message: /no\.ts does not exist/,
      remedy: 'Check the path.',
    });
    await assert.rejects(readTextFile(folder), { message: /is a folder/ });
  });
});
