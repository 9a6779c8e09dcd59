// A run that is stopped goes on from its checkpoint, and ends with the weights of one that was left alone, to the bit.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { batches, fields, padded, scalars, shuffled } from '@unroll/data';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import { folder, Trainer } from '@unroll/train';
import { MajorityModel, sequences } from './majority.ts';

/** Trains to step 60, or is stopped before, with checkpoints in a folder. */
async function run(path: string, stopAfter?: number): Promise<void> {
  nn.manualSeed(1);
  using model = new MajorityModel();
  using optimizer = new AdamW(model.parameters(), { lr: 0.01 });
  const collate = fields({ bits: padded(), majority: scalars() });
  const trainer = new Trainer({
    model,
    optimizer,
    batches: batches(sequences, { batchSize: 32, order: shuffled({ seed: 1 }), collate }),
    loss: ({ bits, majority }) => nn.crossEntropy(model.forward(bits), majority),
    steps: 60,
    checkpoints: { store: folder(path) },
    reporters: [({ step }) => void (step === stopAfter && trainer.stop())],
  });
  const { reason, step } = await trainer.fit();
  console.log(`ended at step ${step}: ${reason}`);
}

await useBackend(cpu());
const [alone, stopped] = [await mkdtemp(join(tmpdir(), 'a-')), await mkdtemp(join(tmpdir(), 'b-'))];
await run(alone);
await run(stopped, 23);
await run(stopped);
const [a, b] = [alone, stopped].map((path) => readFile(join(path, 'step-00000060', 'weights.safetensors')));
console.log('the same weights:', (await a)!.equals((await b)!));
for (const path of [alone, stopped]) await rm(path, { recursive: true });
