// A sequence too long to go back through: it is learned piece by piece, and the hidden state goes from each piece to the next.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

await useBackend(cpu());
nn.manualSeed(1);
const random = new nn.RandomGenerator(2);
// The answer of each step is the number that came three steps before it.
const [steps, piece, delay] = [8_000, 4, 3];
const numbers = Float32Array.from({ length: steps }, () => random.uniform());
const part = (begin: number) => tf.tensor3d(numbers.subarray(begin, begin + piece), [piece, 1, 1]); // [L, N, 1]

/** Learns the sequence once, in pieces of 4 steps: the mean error of the last 500 pieces. */
async function learn(carries: boolean): Promise<number> {
  const rnn = new nn.GRU({ inputSize: 1, hiddenSize: 24 });
  const output = new nn.Linear({ inFeatures: 24, outFeatures: 1 });
  const optimizer = new Adam([...rnn.parameters(), ...output.parameters()], { lr: 0.01 });
  const losses: number[] = [];
  let state: tf.Tensor | undefined;
  for (let begin = delay; begin + piece <= steps; begin += piece) {
    const [x, y] = [part(begin), part(begin - delay)];
    const step = await trainingStep(optimizer, () => {
      const [hidden, last] = rnn.forward(x, state); // [L, N, H], [1, N, H]
      return { loss: nn.mseLoss(output.forward(hidden), y), state: last };
    });
    tf.dispose([x, y]);
    state?.dispose();
    state = carries ? step.state : undefined;
    if (!carries) step.state.dispose();
    losses.push(step.loss);
  }
  return losses.slice(-500).reduce((sum, loss) => sum + loss, 0) / 500;
}
const [without, carried] = [await learn(false), await learn(true)];
console.log(
  `error ${without.toFixed(3)} where each piece begins anew, ${carried.toFixed(3)} where the state is carried on`,
);
