import { trainInWorker } from '@unroll/train/worker';
import { trainingReport } from './training-runs.ts';

/** A page whose worker is a file of its own, which bundlers find. */
const report = trainingReport((options) =>
  trainInWorker(new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' }), options),
);

Object.assign(globalThis, { report });
