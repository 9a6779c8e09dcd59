import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { GeneralAttention, RecurrentDecoder, RecurrentEncoder, Seq2Seq } from '@unroll/seq2seq';
import type { Prepared } from '../peer.ts';
import type { AttentionModel, BeamSearchWorkload, Seq2SeqTrainingWorkload } from '../workload.ts';

/** The special tokens of a search, and the first token of a word */
const PADDING = 0;
const START = 1;
const END = 2;
const FIRST_WORD = 3;

function attentionModel({ vocabulary, embeddingDim, hiddenSize }: AttentionModel): Seq2Seq {
  const embedding = () => new nn.Embedding({ numEmbeddings: vocabulary, embeddingDim });
  const gru = () => new nn.GRU({ inputSize: embeddingDim, hiddenSize });
  return new Seq2Seq({
    encoder: new RecurrentEncoder({ embedding: embedding(), rnn: gru() }),
    decoder: new RecurrentDecoder({
      embedding: embedding(),
      rnn: gru(),
      attention: new GeneralAttention({ queryDim: hiddenSize, memoryDim: hiddenSize }),
    }),
    paddingToken: PADDING,
    startToken: START,
    endToken: END,
  });
}

function words(rows: number, steps: number, vocabulary: number): tf.Tensor2D {
  const word = () => FIRST_WORD + Math.floor(Math.random() * (vocabulary - FIRST_WORD));
  return tf.tensor2d(Int32Array.from({ length: rows * steps }, word), [rows, steps], 'int32');
}

/** One run is forward, loss and the gradients of every parameter on which the loss depends. The loss is read. */
export function seq2seqTraining(workload: Seq2SeqTrainingWorkload): Prepared {
  const { rows, sourceSteps, targetSteps, vocabulary, projection } = workload;
  const model = attentionModel(workload);
  const source = words(rows, sourceSteps, vocabulary);
  const target = words(rows, targetSteps + 1, vocabulary);
  const lossOf = projection
    ? () => model.loss(source, target)
    : () => tf.mean(tf.square(attentionalVectors(model, source, target))) as tf.Scalar;
  const { output } = model.decoder as RecurrentDecoder;
  const ofOutput = new Set(output.parameters());
  const parameters = model.parameters().filter((parameter) => projection || !ofOutput.has(parameter));
  return {
    run: async () => {
      const { value, grads } = tf.variableGrads(lossOf, parameters);
      await value.data();
      tf.dispose([value, grads]);
    },
    dispose: () => {
      model.dispose();
      tf.dispose([source, target]);
    },
  };
}

function attentionalVectors(model: Seq2Seq, source: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor {
  const { encoder, decoder } = model;
  const memory = encoder.forward(source);
  const reading = decoder.read(memory);
  const [rows, steps] = target.shape;
  const read = tf.slice(target, [0, 0], [rows, steps - 1]);
  return decoder.forward(read, reading, decoder.begin(memory.states, reading, rows)).vectors;
}

/**
 * One run is a search of all sentences. It takes as many steps as the target has, and one more, which forces the end
 * token.
 */
export function beamSearching(workload: BeamSearchWorkload): Prepared {
  const { rows, sourceSteps, targetSteps, vocabulary, beam } = workload;
  const model = attentionModel(workload);
  const source = words(rows, sourceSteps, vocabulary);
  return {
    run: async () => {
      await model.beamSearch(source, {
        beamSize: beam,
        minLength: targetSteps,
        maxLength: targetSteps,
      });
    },
    dispose: () => {
      model.dispose();
      source.dispose();
    },
  };
}
