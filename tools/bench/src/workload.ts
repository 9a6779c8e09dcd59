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
  /** `gru` is the library's own layer. The others are written from their formulas, and run step by step. */
  readonly cell: 'gru' | 'gru by formula' | 'minimal gated unit';
  readonly steps: number;
  readonly rows: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
}

/**
 * Whole training steps of a classifier of token sequences: making and padding a batch, embedding, an LSTM over
 * sequences of different lengths, a linear layer on the last states of both directions, cross-entropy, clipping, AdamW,
 * and reading the loss.
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

/** Training steps of a TensorFlow.js program that does not know this project. Only TensorFlow.js's backends run it. */
export interface ProgramWorkload {
  readonly id: string;
  readonly kind: 'program';
  readonly title: string;
  readonly program: 'mlp' | 'lstm';
  /** Number of steps of the sequences; 1 for an MLP */
  readonly steps: number;
  readonly rows: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly classes: number;
}

/**
 * An encoder-decoder: embeddings, one GRU each with one layer and direction, Luong's 'general' attention with an
 * attentional vector, without input feeding. All sentences have the full length.
 */
export interface AttentionModel {
  /** Number of tokens, in source and target */
  readonly vocabulary: number;
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly sourceSteps: number;
  readonly targetSteps: number;
  /** Number of sentences */
  readonly rows: number;
}

/** Forward, loss and the gradients of every parameter, with teacher forcing, without an optimizer. */
export interface Seq2SeqTrainingWorkload extends AttentionModel {
  readonly id: string;
  readonly kind: 'seq2seq training';
  readonly title: string;
  /** Whether the loss is the mean cross-entropy of projected vectors. Otherwise it is the mean square of the vectors */
  readonly projection: boolean;
}

/**
 * Beam search of all sentences in a batch, for exactly `targetSteps` steps. The end token is banned, so that all
 * libraries do the same work. A sentence begins with one hypothesis.
 */
export interface BeamSearchWorkload extends AttentionModel {
  readonly id: string;
  readonly kind: 'beam search';
  readonly title: string;
  readonly beam: number;
}

/**
 * Whole training steps of a character model: a batch of text windows, embedding, LSTM, a linear layer at every step,
 * mean cross-entropy, clipping, Adam, and reading the loss.
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
  /** Whether this project's `compile` captures and replays the step */
  readonly isCompiled: boolean;
}

/** Epochs of a program of TensorFlow.js layers that knows nothing of this project. */
export interface LayersWorkload {
  readonly id: string;
  readonly kind: 'layers';
  readonly title: string;
  readonly rows: number;
  readonly batchSize: number;
  readonly units: number;
  readonly task: AddingTask | ClassifyingTask;
}

/** Adding numbers written as text: one LSTM reads, another writes. */
export interface AddingTask {
  /** Number of digits of each number */
  readonly digits: number;
}

/** Classifying sequences by an LSTM and a dense layer on its last output */
export interface ClassifyingTask {
  readonly steps: number;
  readonly features: number;
  readonly classes: number;
}

/** Workloads that are timed as a whole, including the update of the parameters. */
export type StepWorkload = TrainingWorkload | CharactersWorkload | ProgramWorkload | LayersWorkload;

export type Workload =
  | GemmWorkload
  | RecurrentWorkload
  | CellWorkload
  | StepWorkload
  | Seq2SeqTrainingWorkload
  | BeamSearchWorkload;

/**
 * The timed part: the outputs; the outputs and the gradients of every parameter and of the input; or a training step.
 */
export type Pass = 'forward' | 'forward+backward' | 'step';

/** Whether the workload consists of whole training steps. */
export const isTraining = (workload: Workload): workload is StepWorkload =>
  ['training', 'characters', 'program', 'layers'].includes(workload.kind);

/** Whether the workload is a training or a search of an attention encoder-decoder. */
export const isSeq2Seq = (workload: Workload): workload is Seq2SeqTrainingWorkload | BeamSearchWorkload =>
  workload.kind === 'seq2seq training' || workload.kind === 'beam search';

export function passesOf(workload: Workload): readonly Pass[] {
  if (isTraining(workload)) return ['step'];
  if (workload.kind === 'seq2seq training') return ['forward+backward'];
  const isRecurrent = workload.kind === 'recurrent' || workload.kind === 'cell';
  return isRecurrent ? ['forward', 'forward+backward'] : ['forward'];
}
