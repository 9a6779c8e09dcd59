import * as train from '@unroll/train';
import * as metrics from '@unroll/train/metrics';
import * as tensorboard from '@unroll/train/tensorboard';
import * as worker from '@unroll/train/worker';

/** The exports of each browser import path of the package. */
const report = Object.fromEntries(
  Object.entries({ train, metrics, tensorboard, worker }).map(([door, exports]) => [
    door,
    Object.keys(exports).sort(),
  ]),
);

Object.assign(globalThis, { report });
