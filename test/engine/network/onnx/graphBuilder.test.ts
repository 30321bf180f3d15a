import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { GraphBuilder } from '../../../../src/engine/network/onnx/graphBuilder.js';
import { ModelProtoSchema, TensorProto_DataType as DataType } from '../../../../src/engine/network/onnx/onnx_pb.js';
import { floatTensor, OrtSession } from '../../../../src/engine/network/runtime/ortRuntime.js';

describe('GraphBuilder', () => {
  it('writes a model that onnxruntime runs', async () => {
    const graph = new GraphBuilder('sum of squares');
    const x = graph.input('x', DataType.FLOAT, ['rows', 3]);
    const square = graph.op('Mul', [x, x]);
    const sum = graph.op('ReduceSum', [square, graph.ints([-1])], {
      name: 'sum',
      attributes: { keepdims: { int: 0 } },
    });
    graph.output(sum, DataType.FLOAT, ['rows']);
    const session = await OrtSession.create(graph.toBytes(), { device: 'cpu', threads: 1, folder: '.' });
    const outputs = await session.run({ x: floatTensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]) });
    assert.deepEqual([...(outputs['sum']!.data as Float32Array)], [14, 77]);
    await session.dispose();
  });

  it('stores equal constants once, and different ones apart', () => {
    const graph = new GraphBuilder('constants');
    assert.equal(graph.ints([1, 2]), graph.ints([1, 2]));
    assert.equal(graph.float(1), graph.float(1));
    assert.notEqual(graph.ints([1, 2]), graph.ints([1, 2], [2, 1]));
    assert.notEqual(graph.float(1), graph.floats([1]));
    assert.notEqual(graph.float(0), graph.int(0));
  });

  it('points to data in files, once for each name', () => {
    const graph = new GraphBuilder('external');
    const tensor = { file: 'a.safetensors', offset: 4096, bytes: 24, type: DataType.FLOAT, shape: [2, 3] } as const;
    graph.external('weight', tensor);
    graph.external('weight', tensor);
    const [stored, ...others] = fromBinary(ModelProtoSchema, graph.toBytes()).graph!.initializer;
    assert.equal(others.length, 0);
    assert.deepEqual(stored!.dims, [2n, 3n]);
    assert.deepEqual(Object.fromEntries(stored!.externalData.map(({ key, value }) => [key, value])), {
      location: 'a.safetensors',
      offset: '4096',
      length: '24',
    });
  });
});
