import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readSafetensorsHeader } from '../../../../src/engine/network/folder/safetensors.js';
import { CheckpointFiles } from '../../../../src/modelStore/convert/checkpoint/checkpointReader.js';
import { withFolder } from '../../../engine/network/checkpoints.js';
import { writeTensors } from '../tensorFiles.js';

const OWN_FILES = '/proc/self/fd';

void describe('the files of a checkpoint', () => {
  it('are closed, however many ask for one at once', { skip: !existsSync(OWN_FILES) }, async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'model.safetensors');
      const tensor = { dtype: 'F32', shape: [2], data: Buffer.alloc(8, 1) };
      await writeTensors(
        file,
        new Map([
          ['a', tensor],
          ['b', tensor],
        ]),
      );
      const files = CheckpointFiles.of(new Map([[file, await readSafetensorsHeader(file)]]));
      assert.ok(await files.areEqual('a', 'b'));
      await files.close();
      const open = await Promise.all(
        (await readdir(OWN_FILES)).map(async (name) => readlink(path.join(OWN_FILES, name)).catch(() => '')),
      );
      assert.ok(!open.some((name) => name.endsWith(path.join(path.basename(folder), 'model.safetensors'))));
    });
  });
});
