import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { expect, it } from 'vitest';
import { onnxruntime, onnxruntimeStatistics } from './onnxruntime.ts';

it('a backend that is not loaded is idle', async () => {
  await onnxruntime().idle();
});

it('a backend is idle when the run under way is over, before the code that awaits its result continues', async () => {
  const backend = onnxruntime({ threads: 1 });
  await useBackend(backend);
  const order: string[] = [];
  const x = tf.ones([300, 300]);
  const read = tf
    .matMul(x, x)
    .data()
    .then(() => order.push('read'));
  expect(onnxruntimeStatistics().runs).toBe(0);
  await backend.idle().then(() => order.push('idle'));
  expect(onnxruntimeStatistics().runs).toBe(1);
  await read;
  expect(order).toEqual(['idle', 'read']);
});

it('waiting for an idle backend runs nothing, and a failed run is over too', async () => {
  const backend = onnxruntime({ threads: 1 });
  await useBackend(backend);
  const recorded = tf.exp(tf.scalar(0));
  await backend.idle();
  expect(onnxruntimeStatistics()).toMatchObject({ runs: 0, pending: 1 });
  recorded.dispose();
  const bad = tf.gatherND(tf.tensor1d([1, 2]), tf.tensor2d([[7]], [1, 1], 'int32'));
  const failed = bad.data().catch(() => 'failed');
  await backend.idle();
  expect(await failed).toBe('failed');
  bad.dispose();
});

it('an idle worker can be terminated, and the process goes on', async () => {
  const program = fileURLToPath(new URL('../test/terminated-worker.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'idle']);
  expect(stdout).toMatch(/^runs begun: \d+\nterminated\n$/);
});
