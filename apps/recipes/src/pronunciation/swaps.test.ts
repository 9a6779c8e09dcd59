import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { Trainer, type TrainingEvent } from '@unroll/train';
import { expect, it } from 'vitest';
import { BackendSwap } from '../backend-swap.ts';
import { backendChoices } from '../backends.ts';
import { codecsOf, loadCorpus, type PronunciationCorpus } from './corpus.ts';
import { Pronouncer } from './model.ts';
import { pronunciationTraining, SHORT } from './train.ts';

/** `pnpm long swaps` trains the recipe's own model with more steps. */
const LONG = process.env.UNROLL_SWAP_STEPS;
const STEPS = Number(LONG ?? 80);
const size = LONG ? SHORT : { ...SHORT, embeddingDim: 16, hiddenSize: 16, batchSize: 16 };

interface SwappedRun {
  readonly losses: readonly number[];
  /** The report of each stretch */
  readonly lines: readonly string[];
}

/** Trains from seed 1, first on onnxruntime and then on each of the others, with equal numbers of steps. */
async function train(corpus: PronunciationCorpus, others: readonly string[]): Promise<SwappedRun> {
  await useBackend(backendChoices.onnxruntime!({}));
  nn.manualSeed(1);
  const codecs = codecsOf(corpus.train);
  using model = new Pronouncer({ codecs, ...size });
  const losses: number[] = [];
  const training = pronunciationTraining(model, codecs, corpus, {
    size,
    seed: 1,
    fractionDone: () => losses.length / STEPS,
  });
  using _optimizer = training.optimizer;
  const left = [...others];
  const swap = new BackendSwap({
    change: async () => {
      await useBackend(backendChoices[left.shift()!]!({}));
    },
    at: others.map((_, i) => (i + 1) / (others.length + 1)),
  });
  const record = (event: TrainingEvent) => {
    if (event.type === 'step') losses.push(event.loss);
  };
  await new Trainer({ ...training, steps: STEPS, reporters: [record, swap] }).fit();
  expect(left).toEqual([]);
  return { losses, lines: swap.lines('words') };
}

it('the losses with three changes of the backend equal those of a run on one backend', async () => {
  const corpus = await loadCorpus();
  const whole = await train(corpus, []);
  const swapped = await train(corpus, ['cpu', 'portable', 'onnxruntime']);
  expect(swapped.losses).toHaveLength(STEPS);
  const differences = swapped.losses.map((loss, step) => Math.abs(loss - whole.losses[step]!));
  if (LONG) {
    console.log(swapped.lines.join('\n'));
    console.log('loss with swaps, without, every tenth of the run:');
    for (let step = 0; step < STEPS; step += Math.ceil(STEPS / 10)) {
      console.log(`  step ${step}: ${swapped.losses[step]} ${whole.losses[step]}`);
    }
    console.log(`largest difference: ${Math.max(...differences)}`);
  }
  expect(Math.max(...differences)).toBeLessThan(2e-3 * whole.losses[0]!);
  expect(swapped.lines.map((line) => line.trim().split(',')[0])).toEqual([
    'onnxruntime',
    'cpu',
    'portable',
    'onnxruntime',
  ]);
  expect(swapped.lines[1]).toMatch(
    /\d words\/s, loss \d\.\d+ in the first \d+, loss \d\.\d+ in the last \d+/,
  );
});
