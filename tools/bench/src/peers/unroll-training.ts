import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { AdamW, trainingStep } from '@unroll/optim';
import type { Prepared } from '../peer.ts';
import { type TokenBatch, tokenBatches } from '../training-data.ts';
import type { TrainingWorkload } from '../workload.ts';

class Classifier extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly lstm: nn.LSTM;
  readonly linear: nn.Linear;

  constructor({ vocabulary, embeddingDim, hiddenSize, numLayers, classes }: TrainingWorkload) {
    super();
    this.embedding = new nn.Embedding({ numEmbeddings: vocabulary, embeddingDim });
    this.lstm = new nn.LSTM({ inputSize: embeddingDim, hiddenSize, numLayers, bidirectional: true });
    this.linear = new nn.Linear({ inFeatures: 2 * hiddenSize, outFeatures: classes });
  }

  forward(tokens: tf.Tensor, lengths: readonly number[]): tf.Tensor2D {
    const packed = nn.packPaddedSequence(this.embedding.forward(tokens), lengths, { enforceSorted: false });
    const [, [hN]] = this.lstm.forward(packed);
    return this.linear.forward(tf.concat(tf.unstack(hN).slice(-2), 1)) as tf.Tensor2D;
  }
}

/** `[T, N]`, padded with 0 to the longest */
function padded(sequences: TokenBatch['sequences']): tf.Tensor2D {
  const steps = Math.max(...sequences.map(({ length }) => length));
  const rows = sequences.length;
  const tokens = new Int32Array(steps * rows);
  sequences.forEach((sequence, row) => {
    sequence.forEach((token, t) => {
      tokens[t * rows + row] = token;
    });
  });
  return tf.tensor2d(tokens, [steps, rows], 'int32');
}

/** Number of batches, which are drawn in advance and used in turn. */
const BATCHES = 64;

/** Labelled tokens as tensors. The caller disposes of them. */
export interface TokenTensors {
  readonly tokens: tf.Tensor2D;
  readonly lengths: readonly number[];
  readonly target: tf.Tensor1D;
}

/** The parts of a training. */
export function trainingParts(workload: TrainingWorkload) {
  const model = new Classifier(workload);
  const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
  const loss = ({ tokens, lengths, target }: TokenTensors) =>
    nn.crossEntropy(model.forward(tokens, lengths), target);
  return { model, optimizer, loss, clipGradNorm: 1 };
}

/** An endless sequence of batches. */
export function* tokenTensors(workload: TrainingWorkload): Generator<TokenTensors> {
  const batches = tokenBatches(workload, BATCHES);
  for (let next = 0; ; next++) {
    const { sequences, labels } = batches[next % BATCHES]!;
    yield {
      tokens: padded(sequences),
      lengths: sequences.map(({ length }) => length),
      target: tf.tensor1d(labels as number[], 'int32'),
    };
  }
}

/** One run is one step on the next batch. Its loss is read. */
export function trainingSteps(workload: TrainingWorkload): Prepared {
  const { model, optimizer, loss, clipGradNorm } = trainingParts(workload);
  const batches = tokenTensors(workload);
  return {
    run: async () => {
      const batch = batches.next().value as TokenTensors;
      await trainingStep(optimizer, () => loss(batch), { clipGradNorm });
      tf.dispose([batch.tokens, batch.target]);
    },
    dispose: () => {
      optimizer.dispose();
      model.dispose();
    },
  };
}
