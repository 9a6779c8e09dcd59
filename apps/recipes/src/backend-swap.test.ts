import { useBackend } from '@unroll/backend';
import type { StepEvent } from '@unroll/train';
import { beforeAll, expect, it } from 'vitest';
import { BackendSwap } from './backend-swap.ts';
import { backendChoices } from './backends.ts';

beforeAll(async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
});

const stepAt = (fraction: number): StepEvent => ({
  type: 'step',
  epoch: 0,
  step: 1,
  fraction,
  batch: 0,
  loss: 2,
  weight: 10,
  lr: 1,
  gradNorm: 1,
  seconds: 0.5,
});

/** Reports a run to a swap from one fraction to another, in steps of a tenth. */
async function run(swap: BackendSwap, from: number, to: number): Promise<void> {
  await swap.report({ type: 'start', epoch: 0, step: 0, fraction: from });
  for (let tenth = Math.round(10 * from) + 1; tenth <= 10 * to; tenth++)
    await swap.report(stepAt(tenth / 10));
}

it('changes the backend once, in the middle, and reports the speed and loss before and after', async () => {
  const changes: string[] = [];
  const swap = new BackendSwap({
    change: async () => {
      changes.push('changed');
      await useBackend(backendChoices.portable!({}));
    },
  });
  await run(swap, 0, 1);
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  expect(changes).toEqual(['changed']);
  expect(swap.lines('words')).toEqual([
    '  cpu, 1 thread: 5 steps at 20 words/s, loss 2.0000 in the last 5',
    '  portable, 1 thread: 5 steps at 20 words/s, loss 2.0000 in the first 5',
  ]);
});

it('changes nothing in a run that resumes past its middle, and says so', async () => {
  const swap = new BackendSwap({ change: () => Promise.reject(new Error('it was changed')) });
  await run(swap, 0.5, 1);
  expect(swap.lines('words')).toEqual([
    '  cpu, 1 thread: 5 steps at 20 words/s',
    '  the backend was not changed: the run was past its middle, or too short',
  ]);
});

it('lets the run continue when no other backend can be used, and gives the reason', async () => {
  const swap = new BackendSwap({
    change: () => Promise.reject(new Error('no other loads')),
    at: [0.3, 0.6],
  });
  await run(swap, 0, 1);
  expect(swap.lines('words')).toEqual([
    '  cpu, 1 thread: 10 steps at 20 words/s',
    '  the backend was not changed: no other loads',
  ]);
});
