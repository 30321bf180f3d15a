import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Precision } from '../../../src/engine/network/folder/manifest.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import { CHECKPOINTS, checkpointPath } from '../../engine/fixtures.js';
import { withFolder } from '../../engine/network/checkpoints.js';

type Sums = Readonly<Partial<Record<Precision, string>>>;

/**
 * SHA-256 of the weights that each tiny checkpoint becomes. Those of the first nine families were written by a converter that decoded,
 * quantised and transposed whole tensors one after the other, in the plainest way: a faster one has to write the same bytes. A width that
 * is no multiple of 32 has no 4 bits.
 */
const SUMS: ReadonlyMap<string, Sums> = new Map(
  Object.entries({
    llada: {
      fp32: '18a701f074f309d140158801ee34d7d218ee5561b1e2fa30c741b7319a64eeb9',
      int8: 'bc16a3b7545f721eac81265b68506fbe01f509bfc945dfa3364737bdbdb1cb2c',
      int4: 'e626714cade4f2c8829062681e8882bcacbdb5e7f264967755f95e41fec02c2d',
    },
    dream: {
      fp32: 'aa5f9eb36785e59ecc9d3f9ce987264020f64f5835121585814fdb3493f288ca',
      int8: 'e667d6619c6b9348a08b69aae85ed00fe3675378338e9d631f77c0234476764e',
      int4: '6b50de9776f23276eed492a8a2b272c2f4f4d6c9f266be2bf9be609d6d2304b9',
    },
    'open-dcoder': {
      fp32: '0e37f2133b65160498622adf9685dafefc393c92e216c875ef3d77fb85a86153',
      int8: '77005068e65a1506cf873e51cbcb9881f544e11af20a429f83a09c3f65c17026',
      int4: '476e090e0c1419bcb6423b47974a76694b6ab2c4cfd2aeff475d38bd3e649049',
    },
    'a2d-qwen2': {
      fp32: 'a6644338274dade0db08bdb354d32fa37532fcf95096e4f9ce549a237ddaa035',
      int8: '65beed7ee0d0753cf7f599f078f433126efc9888c0662a193756c47b0ced6a66',
      int4: '22e7c9ffae7b28810319f8fe23c7df909bc8f2f2b4a1102c9a440b98d451424f',
    },
    'a2d-qwen3': {
      fp32: '866c02e8a190aaddbedb5de5f9e9f2198e8c93aeb5a7695818d118b833be3836',
      int8: '9200457cfe231830dc72c98a4daaf4e49c69155159b8ffa858e7aa62a28c0750',
      int4: 'b0865038cd900493477f36a53c69709be9a74d57a0f57a0e59c5fbd01264fc80',
    },
    dqwen3: {
      fp32: '14b9a1df589d3883d616ccc0ab927214ba9df9a939c938e5669de815600b998b',
      int8: 'b896153871523870624da7aeb379c3978f982a6fb5a0043f07b4c48fffeb0e37',
      int4: '81998059ed181fa22a052813eaaa0a65e9c570efd4f2584f7cd7fe9f4bc4bc6e',
    },
    coda: {
      fp32: '917e99edb53b9934b9f53c94289f60f2279711414311532fd79e5769388f9f50',
      int8: '9a57b4162f33eb7e00f67353e9d7ed7905c43e261ea65fe4ee80e5f2799f401c',
      int4: '8182427d4d8ffd66f4e162901b4f319b4094efe9f019248c28630e86d800db1b',
    },
    illada: {
      fp32: '86ec201ef932935e965152c979507376625cb19dd75ba2db238392a6354ac184',
      int8: '260f03b0d2bcb6b9b25ff747614c044c012381d9e53cfccf5b8d799912b905eb',
      int4: '231d2a4b1c0dc131f132a69dd1b8f5b4f6dffcbffdee874bea3738e7c1916986',
    },
    diffugpt: {
      fp32: '97c810b6d89732e980e71cb00d360edd12577cba7dc6e38b8faf0889e3f4c097',
      int8: '4e6e27da01e33e829dc33ae7d249fff21337a2e9ccbb5760304c20be9f504c00',
      int4: '5b257d0d5170bde76ab1cc3ec3eb2e762eeb70867d11bfc6e631ac6de3fda86c',
    },
    sedd: {
      fp32: '21190ccef7ffa3c7e356e0139c7594e49c568abd3125c9453cf3408b8fa4750b',
      int8: 'cb665865f65c593fc9220d5566e4ef3dbd0c274123b3512be832da61bfef700c',
      int4: '691a7b1b5639becb4021838a6ad5d82c9c46bbf3fe1e138c6e0d205a966dee35',
    },
    'sedd-uniform': {
      fp32: 'edf56ea31bb5d33b1bff4941b754df83af75fa637416b3109d0a098f82cebab7',
      int8: '98377bba6060eca8bfd53cde4f5ba045932ea3ebd86bcf364d2161be5bd5b56f',
      int4: '4ea173b64ea823b474456d392b93a9110fad5be357541b199dc5cba033a3abf5',
    },
    mdlm: {
      fp32: '0b006392bb631be9163e6faddd54271f9fe8403d3fe1acd50ca6930e6a91d12e',
      int8: 'b6eedab4ed217baa0e96a31da379503c2496884386b5af83f130131f3c6a2a9d',
      int4: '0818f6d46f4488617d9852b3534b11dd55db3f4329f8ff68e1cc8ffc627391f4',
    },
  }),
);

async function sumOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).filter((each) => each.startsWith('network')).sort()) {
    hash.update(await readFile(path.join(folder, name)));
  }
  return hash.digest('hex');
}

void describe('the weights that a conversion writes', () => {
  for (const name of CHECKPOINTS) {
    for (const [precision, expected] of Object.entries(SUMS.get(name) ?? {}) as [Precision, string][]) {
      it(`of ${name} in ${precision} are always the same, in blocks of any size`, async () => {
        await withFolder(async (parent) => {
          for (const blockElements of [undefined, 3000]) {
            const target = path.join(parent, String(blockElements));
            const size = blockElements === undefined ? {} : { blockElements };
            await convertCheckpoint({ source: checkpointPath(name), target, precision, ...size });
            assert.equal(await sumOf(target), expected, String(blockElements));
          }
        });
      });
    }
  }

  it('are known of each family', () => {
    assert.deepEqual([...SUMS.keys()].sort(), [...CHECKPOINTS].sort());
  });
});
