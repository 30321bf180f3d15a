/** A process that adds a model of a hub in small blocks, and says on stdout which phase begins, to be killed at any moment. */
import { addModel } from '../../../src/modelStore/add/addModel.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import { inspectCheckpoint } from '../../../src/modelStore/convert/inspectCheckpoint.js';
import { hubAccess } from '../../../src/modelStore/hub/hubAccess.js';

const [root = '', data = '', hubUrl = '', repository = '', blockElements = ''] = process.argv.slice(2);
let phase = '';
void addModel(
  { source: { kind: 'hub', repository, revision: 'main' }, precision: 'int8', answers: {} },
  {
    root,
    data,
    hub: hubAccess({ HF_ENDPOINT: hubUrl }, ''),
    inspect: inspectCheckpoint,
    convert: (options) => convertCheckpoint({ ...options, blockElements: Number(blockElements) }),
    compare: () => Promise.resolve({ kind: 'skipped', why: 'this is about interruptions' }),
    freeMemory: () => 1e12,
    signal: new AbortController().signal,
    onProgress: (progress) => {
      if (progress.phase === phase) return;
      phase = progress.phase;
      process.stdout.write(`${phase}\n`);
    },
  },
).then(() => process.stdout.write('done\n'));
