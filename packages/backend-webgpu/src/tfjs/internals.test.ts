import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { isThere, options, whySkipped } from '../../test/adapter.ts';
import { BACKEND_NAME } from '../name.ts';
import { Pipeline } from '../programs/pipeline.ts';
import { webgpu } from '../webgpu.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { internalsOf } from './internals.ts';

const { version } = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-webgpu/package.json'),
    'utf8',
  ),
) as { version: string };

describe.skipIf(!isThere)(`the relied-upon parts of tfjs-backend-webgpu ${version}${whySkipped}`, () => {
  let backend: WebgpuBackend;
  beforeAll(async () => {
    await useBackend(webgpu(options));
    backend = tf.findBackend(BACKEND_NAME) as WebgpuBackend;
    // From here on, the pipeline of floor exists.
    await tf.floor(tf.ones([2000])).data();
  });

  it('has the private parts that our programs share, with the expected types', async () => {
    await backend.flush();
    const internals = internalsOf(backend);
    expect(internals).toMatchObject({
      commandEncoder: null,
      computePassEncoder: null,
      dispatchCountInPass: 0,
      uniformPendingDisposal: [],
      querySetCount: 2,
    });
    expect(internals.commandQueueOwnedIds).toBeInstanceOf(WeakSet);
    expect(typeof internals.supportTimestampQuery).toBe('boolean');
  });

  it('records its own programs together with ours, and counts them', async () => {
    const internals = internalsOf(backend);
    const x = tf.tensor1d(Array.from({ length: 2000 }, (_, i) => i));
    tf.dispose(tf.floor(x));
    expect(internals.computePassEncoder).not.toBeNull();
    expect(internals.dispatchCountInPass).toBe(1);
    expect(internals.commandQueueOwnedIds.has(x.dataId)).toBe(true);
    expect(internals.uniformPendingDisposal).toHaveLength(1);
    await backend.flush();
    expect(internals.uniformPendingDisposal).toHaveLength(0);
    expect(internals.commandQueueOwnedIds.has(x.dataId)).toBe(false);
    x.dispose();
  });

  it('keeps disposed data in recorded commands until they are submitted, then releases its buffer', async () => {
    await backend.flush();
    const { buffers } = backend.statistics;
    const x = tf.tensor1d(Array.from({ length: 2000 }, (_, i) => i));
    tf.dispose(tf.floor(x));
    x.dispose();
    expect(backend.statistics.buffers).toBeGreaterThan(buffers);
    await backend.flush();
    expect(backend.statistics.buffers).toBe(buffers);
  });

  it('takes buffers from our pool and stores them as a tensor’s resource', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    backend.uploadToGPU(x.dataId);
    const { resource, uploaded, values } = internalsOf(backend).tensorMap.get(x.dataId);
    expect(resource?.size).toBe(12);
    expect(values).toBeNull();
    expect([...(uploaded as Float32Array)]).toEqual([1, 2, 3]);
    x.dispose();
  });

  it('creates each new program’s pipeline by its device, keeps it by a key, and asks it for its layout', async () => {
    const { pipelineCache } = internalsOf(backend);
    const known = new Set(Object.keys(pipelineCache));
    // A program with two inputs of several ranks, an output and uniforms.
    const rows = () => tf.gatherND(tf.ones([30, 40, 50]), tf.zeros([1000, 2], 'int32'));
    const first = rows();
    const added = Object.keys(pipelineCache).filter((key) => !known.has(key));
    expect(added.length).toBeGreaterThan(0);
    for (const key of added) expect(pipelineCache[key]).toBeInstanceOf(Pipeline);
    expect((await first.data())[0]).toBe(1);
    rows();
    for (const key of added) expect(pipelineCache[key]).toBeInstanceOf(GPUComputePipeline);
    await backend.flush();
  });
});
