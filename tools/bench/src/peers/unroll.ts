import * as tf from '@tensorflow/tfjs-core';
import { capabilities, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import type { Peer, Prepared } from '../peer.ts';
import type { GemmWorkload, RecurrentWorkload } from '../workloads.ts';

/** This project: modules of `nn` on the CPU backend. */
export async function unroll(threads: number): Promise<Peer> {
  await useBackend(cpu({ threads }));
  return {
    describe: () => `Unroll, backend-cpu, ${capabilities().threads} thread(s)`,
    prepare: async (workload) => (workload.kind === 'gemm' ? gemm(workload) : recurrent(workload)),
  };
}

function gemm({ m, k, n }: GemmWorkload): Prepared {
  const a = tf.randomNormal([m, k]) as tf.Tensor2D;
  const b = tf.randomNormal([k, n]) as tf.Tensor2D;
  return { run: () => tf.matMul(a, b).dispose(), dispose: () => tf.dispose([a, b]) };
}

function recurrent(workload: RecurrentWorkload): Prepared {
  const { cell, steps, rows, inputSize, hiddenSize, numLayers, bidirectional } = workload;
  const options = { inputSize, hiddenSize, numLayers, bidirectional };
  const model: nn.Module & { forward(input: tf.Tensor): [tf.Tensor, unknown] } =
    cell === 'rnn' ? new nn.RNN(options) : new nn.LSTM(options);
  // A variable, so that its gradient is asked for too.
  const x = tf.variable(tf.randomNormal([steps, rows, inputSize]));
  return {
    run: (pass) => {
      if (pass === 'forward') {
        tf.tidy(() => {
          model.forward(x);
        });
      } else {
        tf.tidy(() => {
          tf.variableGrads(() => tf.sum(model.forward(x)[0]) as tf.Scalar);
        });
      }
    },
    dispose: () => {
      model.dispose();
      x.dispose();
    },
  };
}
