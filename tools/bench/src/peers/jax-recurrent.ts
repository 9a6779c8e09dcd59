import {
  blockUntilReady,
  type Array as JaxArray,
  jit,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import type { Prepared } from '../peer.ts';
import type { RecurrentWorkload } from '../workload.ts';

// jax-js consumes an array at its first use. `.ref` allows one more use.

/** Weights of one direction of a layer. It must be a type alias, because jax-js's trees require types with an index. */
export type Weights = { weightIh: JaxArray; weightHh: JaxArray; bias: JaxArray };

/** Draws normal numbers with a new key each time. */
export function normals(): (shape: number[], scale: number) => JaxArray {
  let seed = 0;
  return (shape, scale) => random.normal(random.key(seed++), shape).mul(scale);
}

export function drawWeights(
  normal: ReturnType<typeof normals>,
  features: number,
  gates: number,
  hiddenSize: number,
): Weights {
  return {
    weightIh: normal([features, gates * hiddenSize], 0.05),
    weightHh: normal([hiddenSize, gates * hiddenSize], 0.05),
    bias: np.zeros([gates * hiddenSize]),
  };
}

/** One direction of a layer, with one input product for all steps. `[T, N, I]` → `[T, N, H]` */
export function recurrentLoop(
  cell: 'rnn' | 'lstm',
  x: JaxArray,
  { weightIh, weightHh, bias }: Weights,
  reverse = false,
): JaxArray {
  const [steps, rows, features] = x.shape as [number, number, number];
  const hiddenSize = weightHh.shape[0]!;
  const gates = weightHh.shape[1]!;
  const projected = np
    .matmul(x.reshape([steps * rows, features]), weightIh)
    .add(bias)
    .reshape([steps, rows, gates]);
  let h = np.zeros([rows, hiddenSize]);
  let c = np.zeros([rows, hiddenSize]);
  const outputs: JaxArray[] = new Array(steps);
  for (let k = 0; k < steps; k++) {
    const t = reverse ? steps - 1 - k : k;
    const sum = projected.ref.slice(t).add(np.matmul(h, weightHh.ref));
    if (cell === 'rnn') {
      h = np.tanh(sum);
    } else {
      const gate = (which: number) => sum.ref.slice([], [which * hiddenSize, (which + 1) * hiddenSize]);
      c = nn
        .sigmoid(gate(1))
        .mul(c)
        .add(nn.sigmoid(gate(0)).mul(np.tanh(gate(2))));
      h = nn.sigmoid(gate(3)).mul(np.tanh(c.ref));
      sum.dispose();
    }
    outputs[t] = h.ref;
  }
  tree.dispose([h, c, projected, weightHh]);
  return np.stack(outputs);
}

export function jaxRecurrent(workload: RecurrentWorkload): Prepared {
  const { cell, steps, rows, inputSize, hiddenSize, numLayers, bidirectional } = workload;
  const directions = bidirectional ? 2 : 1;
  const normal = normals();
  const parameters: Weights[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const features = layer === 0 ? inputSize : directions * hiddenSize;
    for (let direction = 0; direction < directions; direction++) {
      parameters.push(drawWeights(normal, features, cell === 'lstm' ? 4 : 1, hiddenSize));
    }
  }
  const input = normal([steps, rows, inputSize], 1);

  const forward = (weights: Weights[], x: JaxArray): JaxArray => {
    let output = x;
    for (let layer = 0; layer < numLayers; layer++) {
      const outputs = Array.from({ length: directions }, (_, which) =>
        recurrentLoop(cell, output.ref, weights[layer * directions + which]!, which === 1),
      );
      output.dispose();
      output = outputs.length === 1 ? outputs[0]! : np.concatenate(outputs, 2);
    }
    return output;
  };
  const compiledForward = jit(forward);
  const compiledGradient = jit(
    valueAndGrad((weights: Weights[], x: JaxArray) => forward(weights, x).sum(), { argnums: [0, 1] }),
  );

  return {
    run: async (pass) => {
      const compiled = pass === 'forward' ? compiledForward : compiledGradient;
      const result = compiled(tree.ref(parameters), input.ref);
      await blockUntilReady(result);
      tree.dispose(result);
    },
    dispose: () => {
      tree.dispose([parameters, input]);
      compiledForward.dispose();
      compiledGradient.dispose();
    },
  };
}
