import { trainInWorker } from '@unroll/train/worker';
import { trainingReport } from './training-runs.ts';

/** A page that gives the address of the module which makes the trainer. The worker is the package's own. */
const report = trainingReport((options) =>
  trainInWorker(new URL('./training-of-page.ts', import.meta.url), options),
);

Object.assign(globalThis, { report });
