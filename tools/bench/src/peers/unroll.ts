import * as tf from '@tensorflow/tfjs-core';
import { type Backend, capabilities, useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import type { Peer, Prepared } from '../peer.ts';
import type { CellWorkload, GemmWorkload, Pass, RecurrentWorkload } from '../workload.ts';
import { gpuTimes } from './gpu-times.ts';
import { knownProgram } from './tfjs-programs.ts';
import { cellLayer } from './unroll-cells.ts';
import { characterSteps } from './unroll-characters.ts';
import { beamSearching, seq2seqTraining } from './unroll-seq2seq.ts';
import { trainingSteps } from './unroll-training.ts';

/** Waits at the end of a run until an asynchronous backend's results can be read. */
type Finish = () => void | Promise<void>;

/**
 * This project: modules of `nn` on one of its backends.
 *
 * @param what describes the backend: versions, instruction set
 */
export async function unroll(backend: Backend, what: string, finish: Finish = () => {}): Promise<Peer> {
  await useBackend(backend);
  return {
    describe: () => ({
      text: `Unroll, backend ${backend.name}: ${what}`,
      threads: capabilities().device === 'gpu' ? 0 : capabilities().threads,
    }),
    prepare: async (workload) => {
      switch (workload.kind) {
        case 'training':
          return trainingSteps(workload);
        case 'characters':
          return characterSteps(workload);
        case 'program':
        case 'layers':
          return knownProgram(workload);
        case 'gemm':
          return gemm(workload, finish);
        case 'recurrent':
          return recurrent(workload, recurrentLayer(workload), finish);
        case 'cell':
          return recurrent(workload, cellLayer(workload), finish);
        case 'seq2seq training':
          return seq2seqTraining(workload);
        case 'beam search':
          return beamSearching(workload);
      }
    },
  };
}

function gemm({ m, k, n }: GemmWorkload, finish: Finish): Prepared {
  const a = tf.randomNormal([m, k]) as tf.Tensor2D;
  const b = tf.randomNormal([k, n]) as tf.Tensor2D;
  return {
    run: async () => {
      const product = tf.matMul(a, b);
      await finish();
      product.dispose();
    },
    dispose: () => tf.dispose([a, b]),
  };
}

type SequenceModel = nn.Module & { forward(input: tf.Tensor): [tf.Tensor, unknown] };

function recurrentLayer({
  cell,
  inputSize,
  hiddenSize,
  numLayers,
  bidirectional,
}: RecurrentWorkload): SequenceModel {
  const options = { inputSize, hiddenSize, numLayers, bidirectional };
  return cell === 'rnn' ? new nn.RNN(options) : new nn.LSTM(options);
}

function recurrent(
  { steps, rows, inputSize }: RecurrentWorkload | CellWorkload,
  model: SequenceModel,
  finish: Finish,
): Prepared {
  // A variable, so that its gradient is computed too.
  const x = tf.variable(tf.randomNormal([steps, rows, inputSize]));
  const compute = (pass: Pass) =>
    tf.tidy(() =>
      pass === 'forward'
        ? model.forward(x)[0]
        : (tf.variableGrads(() => tf.sum(model.forward(x)[0]) as tf.Scalar) as unknown as tf.Tensor),
    );
  return {
    run: async (pass) => {
      const results = compute(pass);
      await finish();
      tf.dispose(results);
    },
    ...(capabilities().device === 'gpu' && { gpuTimes: (pass: Pass) => gpuTimes(() => compute(pass)) }),
    dispose: () => {
      model.dispose();
      x.dispose();
    },
  };
}
