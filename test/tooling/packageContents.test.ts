import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allTargets, runtimeFiles, targetNamed } from '../../scripts/vsix/targets.mjs';

test('every platform that onnxruntime-node supports is a target, and no other', () => {
  assert.deepEqual(allTargets(), ['darwin-arm64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64']);
  assert.equal(targetNamed('linux-arm64'), 'linux-arm64');
  assert.throws(() => targetNamed('darwin-x64'), /no library for darwin-x64. Targets: darwin-arm64, /);
});

describe('the native files of', () => {
  for (const target of allTargets()) {
    test(target, () => {
      const files = runtimeFiles(target).map((file) => file.split('/').at(-1) ?? '');
      assert.ok(files.includes('onnxruntime_binding.node'));
      assert.equal(files.filter((name) => /^(lib)?onnxruntime\.(so|dll|\d+\.dylib|1\.dylib)/.test(name)).length, 1);
      assert.ok(runtimeFiles(target).every((file) => file.includes(`/${target.replace('-', '/')}/`)));
    });
  }
});
