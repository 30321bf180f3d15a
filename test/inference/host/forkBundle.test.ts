import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { forkBundle } from '../../../src/inference/host/forkBundle.js';
import { fewArenas } from '../../../src/inference/host/fewArenas.js';

/** The environment in which a bundle of ours runs. */
async function environmentOf(bundle: string): Promise<Readonly<Record<string, string | undefined>>> {
  const { child } = forkBundle(bundle, { stdout: 'ignore', onErrorLine: () => undefined, graceMs: 5000 });
  const [environment] = (await once(child, 'message')) as [Readonly<Record<string, string | undefined>>];
  child.disconnect();
  return environment;
}

describe('a process of ours', () => {
  const arenas = process.env['MALLOC_ARENA_MAX'];
  let bundle = '';

  before(async () => {
    bundle = path.join(await mkdtemp(path.join(os.tmpdir(), 'infill-fork-')), 'bundle.cjs');
    await writeFile(bundle, 'process.send({ ...process.env });');
  });
  after(() => {
    if (arenas === undefined) delete process.env['MALLOC_ARENA_MAX'];
    else process.env['MALLOC_ARENA_MAX'] = arenas;
  });

  it('has few heaps where its system would give each thread one', async () => {
    delete process.env['MALLOC_ARENA_MAX'];
    const environment = await environmentOf(bundle);
    for (const [name, value] of Object.entries(fewArenas(process.platform))) {
      assert.equal(environment[name], value);
    }
    assert.deepEqual(fewArenas('win32'), {});
    assert.deepEqual(fewArenas('darwin'), {});
    assert.ok('MALLOC_ARENA_MAX' in fewArenas('linux'));
  });

  it('keeps what the person has set', async () => {
    process.env['MALLOC_ARENA_MAX'] = '7';
    assert.equal((await environmentOf(bundle))['MALLOC_ARENA_MAX'], '7');
  });
});
