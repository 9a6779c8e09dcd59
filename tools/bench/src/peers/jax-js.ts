import {
  blockUntilReady,
  defaultDevice,
  init,
  type Array as JaxArray,
  jit,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import type { Peer, Prepared } from '../peer.ts';
import { type GemmWorkload, isSeq2Seq, type RecurrentWorkload } from '../workloads.ts';

/** jax-js on WebAssembly, under `jit`; it has no scan, so the loop is unrolled into the compiled program. */
export async function jaxJs(): Promise<Peer> {
  await init('wasm');
  defaultDevice('wasm');
  return {
    describe: () => 'jax-js 0.1.25, wasm, jit (no scan: unrolled)',
    prepare: async (workload) => {
      if (workload.kind === 'training') return 'it has no layers, and no sequences of differing lengths';
      if (workload.kind === 'program') return 'the program is for backends of TensorFlow.js';
      if (isSeq2Seq(workload)) return 'it has no encoder-decoder';
      return workload.kind === 'gemm' ? gemm(workload) : recurrent(workload);
    },
  };
}

function gemm({ m, k, n }: GemmWorkload): Prepared {
  const a = random.normal(random.key(0), [m, k]);
  const b = random.normal(random.key(1), [k, n]);
  return {
    run: async () => {
      const c = np.matmul(a.ref, b.ref);
      await blockUntilReady(c);
      c.dispose();
    },
    dispose: () => tree.dispose([a, b]),
  };
}

// jax-js consumes an array at its first use; `.ref` is one use more.
type Weights = { weightIh: JaxArray; weightHh: JaxArray; bias: JaxArray };

function recurrent(workload: RecurrentWorkload): Prepared {
  const { cell, steps, rows, inputSize, hiddenSize, numLayers, bidirectional } = workload;
  const gates = cell === 'lstm' ? 4 : 1;
  const directions = bidirectional ? 2 : 1;
  let seed = 0;
  const normal = (shape: number[], scale: number) => random.normal(random.key(seed++), shape).mul(scale);
  const parameters: Weights[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const features = layer === 0 ? inputSize : directions * hiddenSize;
    for (let direction = 0; direction < directions; direction++) {
      parameters.push({
        weightIh: normal([features, gates * hiddenSize], 0.05),
        weightHh: normal([hiddenSize, gates * hiddenSize], 0.05),
        bias: np.zeros([gates * hiddenSize]),
      });
    }
  }
  const input = normal([steps, rows, inputSize], 1);

  const direction = (
    x: JaxArray,
    { weightIh, weightHh, bias }: Weights,
    features: number,
    reverse: boolean,
  ): JaxArray => {
    const projected = np
      .matmul(x.reshape([steps * rows, features]), weightIh)
      .add(bias)
      .reshape([steps, rows, gates * hiddenSize]);
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
  };

  const forward = (weights: Weights[], x: JaxArray): JaxArray => {
    let output = x;
    for (let layer = 0; layer < numLayers; layer++) {
      const features = layer === 0 ? inputSize : directions * hiddenSize;
      const outputs = Array.from({ length: directions }, (_, which) =>
        direction(output.ref, weights[layer * directions + which]!, features, which === 1),
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
