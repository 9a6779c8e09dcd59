import * as tf from '@tensorflow/tfjs-core';
import { compile } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { Adam, trainingStep, update } from '@unroll/optim';
import type { Prepared } from '../peer.ts';
import { textBatches } from '../training-data.ts';
import type { CharactersWorkload } from '../workload.ts';

class CharacterModel extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly lstm: nn.LSTM;
  readonly linear: nn.Linear;

  constructor({ vocabulary, embeddingDim, hiddenSize, numLayers }: CharactersWorkload) {
    super();
    this.embedding = new nn.Embedding({ numEmbeddings: vocabulary, embeddingDim });
    this.lstm = new nn.LSTM({ inputSize: embeddingDim, hiddenSize, numLayers });
    this.linear = new nn.Linear({ inFeatures: hiddenSize, outFeatures: vocabulary });
  }

  /** `[T, N]` → `[T·N, V]` */
  forward(tokens: tf.Tensor): tf.Tensor2D {
    const [output] = this.lstm.forward(this.embedding.forward(tokens));
    const [steps, rows, features] = output.shape as [number, number, number];
    return this.linear.forward(tf.reshape(output, [steps * rows, features])) as tf.Tensor2D;
  }
}

/** Number of batches, which are drawn in advance and used in turn. */
const BATCHES = 64;
const CLIPPING = { clipGradNorm: 1 };

/** One run is one step on the next batch. Its loss is read. */
export function characterSteps(workload: CharactersWorkload): Prepared {
  const { steps, rows, isCompiled } = workload;
  const model = new CharacterModel(workload);
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const batches = textBatches(workload, BATCHES);
  const lossOf = (tokens: tf.Tensor, target: tf.Tensor1D) => () =>
    nn.crossEntropy(model.forward(tokens), target);
  const compiled = compile((tokens: tf.Tensor, target: tf.Tensor1D) =>
    update(optimizer, lossOf(tokens, target), CLIPPING),
  );
  const step = async (tokens: tf.Tensor, target: tf.Tensor1D): Promise<void> => {
    if (!isCompiled) {
      await trainingStep(optimizer, lossOf(tokens, target), CLIPPING);
      return;
    }
    const loss = compiled(tokens, target);
    await loss.data();
    loss.dispose();
  };
  let next = 0;
  return {
    run: async () => {
      const batch = batches[next++ % BATCHES]!;
      const tokens = tf.tensor2d(batch.tokens, [steps, rows], 'int32');
      const target = tf.tensor1d(batch.target, 'int32');
      await step(tokens, target);
      tf.dispose([tokens, target]);
    },
    dispose: () => {
      compiled.dispose();
      optimizer.dispose();
      model.dispose();
    },
  };
}
