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

export type Workload =
  | GemmWorkload
  | RecurrentWorkload
  | TrainingWorkload
  | ProgramWorkload
  | Seq2SeqTrainingWorkload
  | BeamSearchWorkload;

/** What is timed: the outputs alone, the outputs and the gradients of every parameter and of the input, or a training step. */
export type Pass = 'forward' | 'forward+backward' | 'step';

const recurrent = (
  id: string,
  title: string,
  cell: 'rnn' | 'lstm',
  [steps, rows, inputSize, hiddenSize]: [number, number, number, number],
  layers: Partial<Pick<RecurrentWorkload, 'numLayers' | 'bidirectional'>> = {},
): RecurrentWorkload => ({
  id,
  kind: 'recurrent',
  title,
  cell,
  steps,
  rows,
  inputSize,
  hiddenSize,
  numLayers: 1,
  bidirectional: false,
  ...layers,
});

const attentionModel = {
  vocabulary: 8000,
  embeddingDim: 256,
  hiddenSize: 256,
  sourceSteps: 20,
  targetSteps: 20,
};

export const workloads: readonly Workload[] = [
  { id: 'GEMM', kind: 'gemm', title: 'matrix product 2048×384×1024', m: 2048, k: 384, n: 1024 },
  recurrent('W1', 'RNN tanh T=64 N=32 I=128 H=256', 'rnn', [64, 32, 128, 256]),
  recurrent('W2', 'LSTM T=100 N=32 I=256 H=512', 'lstm', [100, 32, 256, 512]),
  recurrent('W3', 'LSTM T=100 N=32 I=64 H=128', 'lstm', [100, 32, 64, 128]),
  recurrent('W4', 'RNN 128→256, 3 layers, bidirectional, N=4 T=6', 'rnn', [6, 4, 128, 256], {
    numLayers: 3,
    bidirectional: true,
  }),
  recurrent('W5', 'LSTM step N=1 I=256 H=256', 'lstm', [1, 1, 256, 256]),
  {
    id: 'E2E',
    kind: 'training',
    title: 'training step, 32 sequences of 8–40 tokens, 2-layer bidirectional LSTM 64→128',
    rows: 32,
    vocabulary: 5000,
    embeddingDim: 64,
    hiddenSize: 128,
    numLayers: 2,
    classes: 10,
  },
  {
    id: 'P1',
    kind: 'program',
    title: 'plain tfjs: training step of an MLP 256→256→256→10, N=128',
    program: 'mlp',
    steps: 1,
    rows: 128,
    inputSize: 256,
    hiddenSize: 256,
    classes: 10,
  },
  {
    id: 'P2',
    kind: 'program',
    title: 'plain tfjs: training step of an LSTM 64→128 composed of operations, N=32 T=32',
    program: 'lstm',
    steps: 32,
    rows: 32,
    inputSize: 64,
    hiddenSize: 128,
    classes: 10,
  },
  {
    id: 'S1',
    kind: 'seq2seq training',
    title: 'attention GRU 256→256, source 20, target 20, N=64, V=8000: forward and backward',
    ...attentionModel,
    rows: 64,
    projection: true,
  },
  {
    id: 'S1p',
    kind: 'seq2seq training',
    title: 'the same without the output projection',
    ...attentionModel,
    rows: 64,
    projection: false,
  },
  {
    id: 'S2',
    kind: 'beam search',
    title: 'beam-5 decoding of 256 sentences by the same model, source 20, 20 steps',
    ...attentionModel,
    rows: 256,
    beam: 5,
  },
];

/** Whether the workload is whole training steps. */
export const isTraining = (workload: Workload): workload is TrainingWorkload | ProgramWorkload =>
  workload.kind === 'training' || workload.kind === 'program';

/** Whether an attention encoder-decoder is trained, or searches. */
export const isSeq2Seq = (workload: Workload): workload is Seq2SeqTrainingWorkload | BeamSearchWorkload =>
  workload.kind === 'seq2seq training' || workload.kind === 'beam search';

export function passesOf(workload: Workload): readonly Pass[] {
  if (isTraining(workload)) return ['step'];
  if (workload.kind === 'seq2seq training') return ['forward+backward'];
  return workload.kind === 'recurrent' ? ['forward', 'forward+backward'] : ['forward'];
}

export function workloadById(id: string): Workload {
  const found = workloads.find((workload) => workload.id.toLowerCase() === id.toLowerCase());
  if (!found) {
    throw new Error(
      `bench: there is no case '${id}'; expected one of ${workloads.map((w) => w.id).join(', ')}`,
    );
  }
  return found;
}
