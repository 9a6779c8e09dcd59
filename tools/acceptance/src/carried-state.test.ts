import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { compile, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { SGD, trainingStep, update } from '@unroll/optim';
import { describe, expect, it } from 'vitest';

type State = nn.LSTMState;

const CHUNKS = 12;
const sizes = { inputSize: 2, hiddenSize: 4 };

const chunk = (index: number): tf.Tensor3D =>
  tf.tensor3d(
    Array.from({ length: 5 * 3 * 2 }, (_, i) => Math.sin(i + index)),
    [5, 3, 2],
  );

function lossOf(lstm: nn.LSTM, x: tf.Tensor3D, state: State | undefined) {
  const [output, next] = lstm.forward(x, state);
  return { loss: tf.mean(tf.square(tf.sub(output, 0.3))), state: next };
}

interface Run {
  readonly losses: readonly number[];
  /** Tensors after each step */
  readonly held: readonly number[];
}

/** Truncated back-propagation through time: each step goes on from the state that the step before handed out. */
async function train(step: (lstm: nn.LSTM, optimizer: SGD) => Step): Promise<Run> {
  nn.manualSeed(3);
  const lstm = new nn.LSTM(sizes);
  const optimizer = new SGD(lstm.parameters(), { lr: 0.5, momentum: 0.9 });
  const advance = step(lstm, optimizer);
  let state: State | undefined;
  const losses: number[] = [];
  const held: number[] = [];
  for (let index = 0; index < CHUNKS; index++) {
    const x = chunk(index);
    const made = await advance(x, state);
    tf.dispose([x, ...(state ?? [])]);
    state = made.state;
    losses.push(made.loss);
    held.push(tf.memory().numTensors);
  }
  tf.dispose([...state!]);
  lstm.dispose();
  optimizer.dispose();
  return { losses, held };
}

type Step = (x: tf.Tensor3D, state: State | undefined) => Promise<{ loss: number; state: State }>;

const eager = (lstm: nn.LSTM, optimizer: SGD): Step => {
  return (x, state) => trainingStep(optimizer, () => lossOf(lstm, x, state));
};

const compiled = (lstm: nn.LSTM, optimizer: SGD): Step => {
  const step = compile((x: tf.Tensor3D, state: State) => update(optimizer, () => lossOf(lstm, x, state)));
  return async (x, state) => {
    const first = (): State => [tf.zeros([1, 3, 4]), tf.zeros([1, 3, 4])];
    const given = state ?? first();
    const made = step(x, given);
    const [loss] = await made.loss.data();
    tf.dispose([made.loss, ...(state ? [] : given)]);
    return { loss: loss!, state: made.state };
  };
};

const backends = [
  { name: 'tfjs-backend-cpu', use: () => tf.setBackend('cpu') },
  { name: 'backend-cpu', use: () => useBackend(cpu({ threads: 1 })) },
  { name: 'backend-onnxruntime', use: () => useBackend(onnxruntime({ threads: 1 })) },
];

describe('a state that is carried from one training step to the next', () => {
  it('trains alike on every backend, step by step and compiled, and holds no tensor too many', async () => {
    const runs: Run[] = [];
    for (const { use } of backends) {
      await use();
      for (const way of [eager, compiled]) runs.push(await train(way));
    }
    const [first] = runs;
    for (const { losses, held } of runs) {
      const apart = losses.map((loss, i) => Math.abs(loss - first!.losses[i]!));
      expect(Math.max(...apart)).toBeLessThan(1e-5);
      expect(new Set(held.slice(4)).size).toBe(1);
    }
    expect(first!.losses.at(-1)).toBeLessThan(first!.losses[0]! / 2);
  });
});
