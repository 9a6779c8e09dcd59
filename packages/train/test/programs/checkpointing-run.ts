// Trains in its own process, with a checkpoint every few steps: node checkpointing-run.ts <backend> <folder> <steps>
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { folder, Trainer } from '@unroll/train';
import { tinyRun, wordBatches } from '../tiny-run.ts';

const [backend = '', path = '', steps = ''] = process.argv.slice(2);
await useBackend(backend === 'cpu' ? cpu() : onnxruntime());
const { options } = tinyRun();
const trainer = new Trainer({
  ...options,
  steps: Number(steps),
  accumulate: 2,
  average: { decay: 0.9 },
  validation: { batches: wordBatches(32, 5), every: { steps: 10 } },
  checkpoints: { store: folder(path), every: { steps: 3 }, keepLast: 2 },
  reporters: [(event) => console.log(JSON.stringify(event))],
});
await trainer.fit();
