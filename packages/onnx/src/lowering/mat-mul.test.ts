import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { readModel } from '../model-file.ts';
import { lowerings } from './lowerings.ts';

/** The operators of a graph after ONNX Runtime has optimized it. */
async function optimized(graph: GraphBuilder): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'unroll-onnx-'));
  const optimizedModelFilePath = join(folder, 'optimized.onnx');
  try {
    const { bytes } = graph.toModel();
    const session = await ort.InferenceSession.create(bytes, { optimizedModelFilePath, logSeverityLevel: 4 });
    await session.release();
    return readModel(readFileSync(optimizedModelFilePath)).graph!.node.map(({ opType }) => opType);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('a batch of products with a transposed matrix costs no copy, whatever transposition comes before it', async () => {
  const graph = new GraphBuilder();
  const a = graph.input('a', { type: 'float32', rank: 3 });
  const b = graph.transpose(graph.input('b', { type: 'float32', rank: 3 }), [2, 0, 1]);
  const attrs = { transposeA: false, transposeB: true };
  const [product] = lowerings.get(tf.BatchMatMul)!.lower(graph, { a, b }, attrs, []);
  graph.output(product!);
  graph.output(b);
  expect((await optimized(graph)).sort()).toEqual(['FusedMatMul', 'Reshape', 'Transpose']);
});
