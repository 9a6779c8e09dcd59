import {
  type AttentionModel,
  type CellWorkload,
  type CharactersWorkload,
  isTraining,
  type Pass,
  type RecurrentWorkload,
  type StepWorkload,
  type Workload,
} from './workload.ts';

/**
 * The number of multiplications and additions in the workload's matrix products. The backward pass has twice as many as
 * the forward pass. Undefined for training steps other than those of the character model, whose products depend on the
 * batch or the library.
 */
export function flops(workload: Workload, pass: Pass): number | undefined {
  if (workload.kind === 'characters') return 3 * charactersFlops(workload);
  if (isTraining(workload)) return undefined;
  return (pass === 'forward' ? 1 : 3) * forwardFlops(workload);
}

function charactersFlops(workload: CharactersWorkload): number {
  const { steps, rows, vocabulary, embeddingDim, hiddenSize, numLayers } = workload;
  const first = embeddingDim + hiddenSize;
  const lstm = 2 * 4 * hiddenSize * (first + (numLayers - 1) * 2 * hiddenSize);
  return steps * rows * (lstm + 2 * hiddenSize * vocabulary);
}

function forwardFlops(workload: Exclude<Workload, StepWorkload>): number {
  switch (workload.kind) {
    case 'gemm':
      return 2 * workload.m * workload.k * workload.n;
    case 'cell':
      return cellFlops(workload);
    case 'recurrent':
      return recurrentFlops(workload);
    case 'seq2seq training': {
      const vectors = workload.rows * workload.targetSteps;
      return attentionFlops(workload, vectors, workload.projection ? vectors : 0);
    }
    case 'beam search': {
      // One hypothesis of each sentence at the first step, and `beam` hypotheses at the others.
      const vectors = workload.rows * (1 + (workload.targetSteps - 1) * workload.beam);
      return attentionFlops(workload, vectors, vectors);
    }
  }
}

function cellFlops({ cell, steps, rows, inputSize, hiddenSize }: CellWorkload): number {
  const products = cell === 'minimal gated unit' ? 2 : 3;
  return 2 * steps * rows * products * hiddenSize * (inputSize + hiddenSize);
}

function recurrentFlops(workload: RecurrentWorkload): number {
  const { cell, steps, rows, inputSize, hiddenSize, numLayers, bidirectional } = workload;
  const gates = cell === 'lstm' ? 4 : 1;
  const directions = bidirectional ? 2 : 1;
  let sum = 0;
  for (let layer = 0; layer < numLayers; layer++) {
    const features = layer === 0 ? inputSize : directions * hiddenSize;
    sum += directions * 2 * steps * rows * gates * hiddenSize * (features + hiddenSize);
  }
  return sum;
}

/** Operations of the encoder and its keys, of single-row steps of the decoder, and of projections of vectors. */
function attentionFlops(
  { vocabulary, embeddingDim, hiddenSize, sourceSteps, rows }: AttentionModel,
  vectors: number,
  projected: number,
): number {
  const gru = 2 * 3 * hiddenSize * (embeddingDim + hiddenSize); // a step of a row
  const encoder = sourceSteps * rows * (gru + 2 * hiddenSize ** 2);
  const scoresAndContext = 2 * 2 * sourceSteps * hiddenSize;
  const attentional = 2 * 2 * hiddenSize * hiddenSize;
  return encoder + vectors * (gru + scoresAndContext + attentional) + projected * 2 * hiddenSize * vocabulary;
}
