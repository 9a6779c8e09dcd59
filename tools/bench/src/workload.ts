/** A matrix product, C[m,n] = A[m,k]·B[k,n]. */
export interface GemmWorkload {
  readonly id: string;
  readonly kind: 'gemm';
  readonly title: string;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** A recurrent network over a batch of sequences, all of full length. */
export interface RecurrentWorkload {
  readonly id: string;
  readonly kind: 'recurrent';
  readonly title: string;
  readonly cell: 'rnn' | 'lstm';
  readonly steps: number;
  readonly rows: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
}

/** One layer of a cell over a batch of sequences of full length. */
export interface CellWorkload {
  readonly id: string;
  readonly kind: 'cell';
  readonly title: string;
  /** `gru` is the library's own layer; the others are written from their formulas, and run step by step. */
  readonly cell: 'gru' | 'gru by formula' | 'minimal gated unit';
  readonly steps: number;
  readonly rows: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
}

/**
 * Whole training steps of a classifier of token sequences: a batch made and padded, embedding, LSTM over sequences of
 * their own lengths, linear layer on the last states of both directions, cross-entropy, clipping, AdamW, the loss read.
 */
export interface TrainingWorkload {
  readonly id: string;
  readonly kind: 'training';
  readonly title: string;
  readonly rows: number;
  readonly vocabulary: number;
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly classes: number;
}

/** Training steps of a program of TensorFlow.js that knows nothing of this project; for its backends alone. */
export interface ProgramWorkload {
  readonly id: string;
  readonly kind: 'program';
  readonly title: string;
  readonly program: 'mlp' | 'lstm';
  /** Of the sequences; 1 for an MLP */
  readonly steps: number;
  readonly rows: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly classes: number;
}

/**
 * An encoder-decoder: embeddings, a GRU each of one layer and direction, Luong's 'general' attention with an attentional vector,
 * no input feeding. All sentences are of full length.
 */
export interface AttentionModel {
  /** Of source and target */
  readonly vocabulary: number;
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly sourceSteps: number;
  readonly targetSteps: number;
  /** Sentences */
  readonly rows: number;
}

/** Forward, loss and gradients of every parameter, by teacher forcing; no optimizer. */
export interface Seq2SeqTrainingWorkload extends AttentionModel {
  readonly id: string;
  readonly kind: 'seq2seq training';
  readonly title: string;
  /** Whether the loss is the mean cross-entropy of projected vectors; otherwise it is the mean of the vectors' squares */
  readonly projection: boolean;
}

/**
 * Beam search of all sentences in a batch, for exactly `targetSteps` steps: the end is banned, so that all libraries do the same
 * work. A sentence begins with one hypothesis.
 */
export interface BeamSearchWorkload extends AttentionModel {
  readonly id: string;
  readonly kind: 'beam search';
  readonly title: string;
  readonly beam: number;
}

/**
 * Whole training steps of a model of characters: a batch of windows of a text, embedding, LSTM, linear layer at every step,
 * mean cross-entropy, clipping, Adam, the loss read.
 */
export interface CharactersWorkload {
  readonly id: string;
  readonly kind: 'characters';
  readonly title: string;
  readonly rows: number;
  readonly steps: number;
  readonly vocabulary: number;
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  /** Whether the step is captured by `compile` of this project, and replayed */
  readonly isCompiled: boolean;
}

/**
 * Epochs of a program of TensorFlow.js layers that knows nothing of this project: it learns to add numbers written as text, by an
 * LSTM that reads and another that writes.
 */
export interface LayersWorkload {
  readonly id: string;
  readonly kind: 'layers';
  readonly title: string;
  readonly rows: number;
  readonly batchSize: number;
  readonly units: number;
  /** Of each number */
  readonly digits: number;
}

/** What is timed whole, the update of the parameters included. */
export type StepWorkload = TrainingWorkload | CharactersWorkload | ProgramWorkload | LayersWorkload;

export type Workload =
  | GemmWorkload
  | RecurrentWorkload
  | CellWorkload
  | StepWorkload
  | Seq2SeqTrainingWorkload
  | BeamSearchWorkload;

/** What is timed: the outputs alone, the outputs and the gradients of every parameter and of the input, or a training step. */
export type Pass = 'forward' | 'forward+backward' | 'step';

/** Whether the workload is whole training steps. */
export const isTraining = (workload: Workload): workload is StepWorkload =>
  ['training', 'characters', 'program', 'layers'].includes(workload.kind);

/** Whether an attention encoder-decoder is trained, or searches. */
export const isSeq2Seq = (workload: Workload): workload is Seq2SeqTrainingWorkload | BeamSearchWorkload =>
  workload.kind === 'seq2seq training' || workload.kind === 'beam search';

export function passesOf(workload: Workload): readonly Pass[] {
  if (isTraining(workload)) return ['step'];
  if (workload.kind === 'seq2seq training') return ['forward+backward'];
  const isRecurrent = workload.kind === 'recurrent' || workload.kind === 'cell';
  return isRecurrent ? ['forward', 'forward+backward'] : ['forward'];
}
