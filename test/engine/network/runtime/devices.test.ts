import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceCandidates, explainFailure, probeDevices } from '../../../../src/engine/network/runtime/devices.js';
import { loadModel } from '../../../../src/engine/network/loadModel.js';
import { TINY_WITH_ENCODER } from '../../fixtures.js';
import { masked } from '../predictions.js';

describe('devices', () => {
  it('end with the CPU', () => {
    assert.deepEqual(deviceCandidates('auto'), ['cpu']);
    assert.deepEqual(deviceCandidates('cpu'), ['cpu']);
    assert.deepEqual(deviceCandidates('cuda'), ['cuda', 'cpu']);
  });

  it('are tried, each by itself, and the CPU starts', async () => {
    const probes = await probeDevices();
    assert.deepEqual(
      probes.filter(({ device }) => device === 'cpu'),
      [{ device: 'cpu', starts: true, reason: '' }],
    );
    for (const { device, starts, reason } of probes) assert.equal(reason === '', starts, device);
  });

  for (const { name, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'int8')) {
    it(`that are not there are replaced by the CPU with a note, and the model answers: ${name}`, async () => {
      // No platform has both.
      const device = process.platform === 'darwin' ? 'dml' : 'coreml';
      const loaded = await loadModel(folder, { device, threads: 1 });
      assert.equal(loaded.device, 'cpu');
      assert.match(
        loaded.deviceNote,
        device === 'dml' ? /DirectML does not start here/ : /Core ML does not start here/,
      );
      assert.match(loaded.deviceNote, /is built without it.*CPU is used/);
      const context = await loaded.model.openContext([20, 21], [22]);
      assert.equal((await context.predict([masked(4)], 0.5))[0]!.length, 4);
      await loaded.model.dispose();
    });
  }

  it('explain themselves in one line without paths of another machine', () => {
    const missing = new Error('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library');
    assert.equal(
      explainFailure('cuda', missing),
      'CUDA does not start here (its libraries are not installed), so the CPU is used.',
    );
    const other = new Error('/build/onnxruntime/core/session/provider.cc:1837 Create() no kernel for Foo\nstack');
    assert.equal(
      explainFailure('webgpu', other),
      'WebGPU does not start here (provider.cc:1837 Create() no kernel for Foo), so the CPU is used.',
    );
  });
});
