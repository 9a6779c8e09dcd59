import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { onnxruntime } from '@unroll/backend-onnxruntime';

// A program that terminates a worker while it trains. With the argument `idle`, it first asks the worker to stop and
// to report when no run is under way. Without the argument, ONNX Runtime aborts the process. It prints how many runs
// the worker began.

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const message = () => new Promise<unknown>((resolve) => worker.once('message', resolve));
  await message(); // a run is under way
  if (process.argv.includes('idle')) {
    const answer = message();
    worker.postMessage('stop');
    console.log('runs begun:', await answer);
  }
  await worker.terminate();
  console.log('terminated');
} else {
  const backend = onnxruntime({ threads: 1 });
  await useBackend(backend);
  const x = tf.fill([700, 700], 0.001);
  await x.data();
  let runs = 0;
  let stopping = false;
  parentPort!.once('message', async () => {
    stopping = true;
    await backend.idle();
    parentPort!.postMessage(runs);
  });
  while (!stopping) {
    const y = tf.tidy(() =>
      Array.from({ length: 40 }).reduce((product: tf.Tensor) => tf.matMul(product, x), x),
    );
    const values = y.data();
    runs++;
    if (runs === 2) parentPort!.postMessage('running');
    await values;
    y.dispose();
  }
}
