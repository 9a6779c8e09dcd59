import {
  add,
  concat,
  expandDims,
  mul,
  ones,
  type Rank,
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tanh,
  tile,
  transpose,
  unstack,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkIndices, checkOptions, checkRank, checkSteps, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { Dropout, type Embedding, Linear, Module } from '@unroll/nn';
import type { Attention } from '../attention/attention.ts';
import type { Memory } from '../encoder/memory.ts';
import { embeddingKind, layerKind, moduleDoing } from '../module-kinds.ts';
import { runLayer } from '../run-layer.ts';
import type { SequenceLayer, StateSizes, States } from '../sequence-layer.ts';
import { stateSizesOf } from '../state-sizes.ts';
import { checkSizes } from './check-sizes.ts';
import { contextOf } from './context-vector.ts';
import type { DecodedSequence, DecodedStep, Decoder, Reading } from './decoder.ts';
import type { DecoderState } from './decoder-state.ts';
import { stackSteps } from './stack-steps.ts';

export interface RecurrentDecoderOptions {
  /** Embeds the target's tokens. An encoder may share it. */
  embedding: Embedding;
  /**
   * The recurrent layer that reads the embedded tokens, in one direction: an `RNN`, `LSTM` or `GRU` of any number of
   * layers. Its `inputSize` is `embeddingDim + contextSize`, plus `attentionalSize` with input feeding.
   */
  rnn: SequenceLayer;
  /** Attends to the memory at each step. Without it the decoder knows the source from its states alone. */
  attention?: Attention | undefined;
  /** With attention: the size of the attentional vector. Default: the size of the layer's output. */
  attentionalSize?: number | undefined;
  /**
   * With attention: whether each step also reads the attentional vector of the step before. Steps then run one after
   * another. Default false.
   */
  inputFeeding?: boolean | undefined;
  /**
   * Size of a fixed context vector that each step reads beside its token, as in Cho et al. (2014): the last hidden
   * state of the encoder's last layer, both directions. Default 0: no context vector; only the initial states carry the
   * source, as in Sutskever et al. (2014).
   */
  contextSize?: number | undefined;
  /** Whether the embedding table also scores the tokens: Press and Wolf (2017). Default false. */
  tieEmbeddings?: boolean | undefined;
  /**
   * Probability of zeroing, in training, an element of the embedded tokens and of the vectors that score the tokens.
   * Default 0.
   */
  dropout?: number | undefined;
}

const kinds = {
  embedding: kind.required(embeddingKind),
  rnn: kind.required(layerKind),
  attention: moduleDoing('an Attention', 'prepare', 'forward'),
  attentionalSize: kind.whole(1),
  inputFeeding: kind.flag,
  contextSize: kind.whole(0),
  tieEmbeddings: kind.flag,
  dropout: kind.probability,
};

/**
 * An embedding, a recurrent layer and, optionally, attention. Step t, with the layer's output h_t, computes
 *
 * ```text
 * h_t = rnn([embedding(y_{t−1}); context; h̃_{t−1}], h_{t−1})      context and h̃_{t−1} where they are fed
 * a_t, c_t = attention(h_t, memory)
 * h̃_t = tanh(W_c [c_t; h_t])                                       h_t without attention
 * p(y_t) = softmax(W_o h̃_t + b_o)
 * ```
 *
 * as in Luong et al. (2015). Without input feeding and coverage, all steps of a target run as one recurrent kernel and
 * a few matrix products. State dict keys: `embedding.weight`, `rnn.…`, `attention.…`,
 * `combine.weight [attentionalSize, contextSize + H]`, `output.weight [V, attentionalSize]`, `output.bias [V]`.
 *
 * @example
 * const decoder = new RecurrentDecoder({
 *   embedding: new nn.Embedding({ numEmbeddings: 8000, embeddingDim: 256, paddingIdx: 0 }),
 *   rnn: new nn.GRU({ inputSize: 256 + 256, hiddenSize: 256 }),
 *   attention: new GeneralAttention({ queryDim: 256, memoryDim: 512 }),
 *   inputFeeding: true,
 * });
 */
export class RecurrentDecoder extends Module implements Decoder {
  readonly embedding: Embedding;
  readonly rnn: SequenceLayer;
  readonly attention?: Attention;
  readonly combine?: Linear;
  readonly dropout: Dropout;
  readonly output: Linear;
  readonly inputFeeding: boolean;
  readonly contextSize: number;
  readonly attentionalSize: number;

  /** @throws when an option is invalid, or sizes do not fit one another */
  constructor(options: RecurrentDecoderOptions) {
    super();
    const given = checkOptions('RecurrentDecoder', options, kinds);
    const { embedding, rnn, attention, contextSize = 0, inputFeeding = false } = given;
    const { attentionalSize = rnn.outputSize } = given;
    checkSizes({ ...given, contextSize, inputFeeding, attentionalSize });
    this.embedding = embedding;
    this.rnn = rnn;
    this.inputFeeding = inputFeeding;
    this.contextSize = contextSize;
    this.attentionalSize = attentionalSize;
    if (attention) {
      this.attention = attention;
      const inFeatures = attention.contextSize + rnn.outputSize;
      this.combine = new Linear({ inFeatures, outFeatures: attentionalSize, bias: false });
    }
    this.dropout = new Dropout({ p: given.dropout ?? 0 });
    this.output = new Linear({
      inFeatures: attentionalSize,
      outFeatures: embedding.numEmbeddings,
      tiedWeight: given.tieEmbeddings ? embedding.weight : undefined,
    });
  }

  get vocabularySize(): number {
    return this.embedding.numEmbeddings;
  }

  get attends(): boolean {
    return this.attention !== undefined;
  }

  get memoryDim(): number | undefined {
    return this.attention?.memoryDim;
  }

  get stateSizes(): StateSizes {
    return stateSizesOf(this.rnn);
  }

  /**
   * @throws when the size of the memory's values is not the attention's `memoryDim`, or its states give no context of
   *   `contextSize` features
   */
  read(memory: Memory): Reading {
    return tidyResult(() => ({
      attended: this.attention?.prepare(memory),
      context: this.contextSize > 0 ? contextOf(memory, this.contextSize) : undefined,
    }));
  }

  begin(states: States | undefined, { attended }: Reading, sources: number): DecoderState {
    return tidyResult(() => {
      const { layers, features } = this.stateSizes;
      return {
        states: states
          ? states.map((state) => state.clone())
          : features.map((size) => zeros<Rank.R3>([layers, sources, size])),
        fed: this.inputFeeding ? zeros<Rank.R2>([sources, this.attentionalSize]) : undefined,
        coverage: this.attention?.coverage
          ? zeros<Rank.R2>([sources, attended!.keys.shape.at(-2)!])
          : undefined,
      };
    });
  }

  /**
   * @throws when `tokens` is not an int32 tensor `[N, T]` of at least one step, or a token is not a row of the
   *   embedding
   */
  forward(tokens: Tensor2D, reading: Reading, state: DecoderState): DecodedSequence {
    checkDtype('RecurrentDecoder.forward', 'tokens', tokens, 'int32');
    checkRank('RecurrentDecoder.forward', 'tokens', tokens, 2, ', [N, T]');
    checkSteps('RecurrentDecoder.forward', 'tokens', tokens, 1);
    const { vocabularySize } = this;
    checkIndices('RecurrentDecoder.forward', 'tokens', tokens, { size: vocabularySize, noun: 'tokens' });
    return tidyResult(() => {
      const inputs = this.#inputs(transpose(tokens), reading); // [T, N, F]
      if (this.inputFeeding)
        return inTurn(unstack(inputs) as Tensor2D[], state, (x, now) => this.#advance(x, reading, now));
      const { output, states } = runLayer(this.rnn, inputs, state.states);
      const queries = transpose(output, [1, 0, 2]); // [N, T, H]
      if (!this.attention) return { vectors: queries, state: { states } };
      if (!this.attention.coverage) return { ...this.#look(queries, reading, undefined), state: { states } };
      return inTurn(unstack(output) as Tensor2D[], { ...state, states }, (query, now) => {
        const { vectors, attention, coverage } = this.#look(expandDims(query, 1), reading, now.coverage);
        return { vectors: unrow(vectors), attention: unrow(attention), state: { ...now, coverage } };
      });
    });
  }

  step(tokens: Tensor1D, reading: Reading, state: DecoderState): DecodedStep {
    checkDtype('RecurrentDecoder.step', 'tokens', tokens, 'int32');
    checkRank('RecurrentDecoder.step', 'tokens', tokens, 1, ', [R]');
    return tidyResult(() => {
      const [input] = unstack(this.#inputs(expandDims(tokens, 0), reading)) as Tensor2D[];
      const { vectors, ...rest } = this.#advance(input!, reading, state);
      return { scores: this.scores(vectors) as Tensor2D, ...rest };
    });
  }

  scores(vectors: Tensor): Tensor {
    return tidyResult(() => this.output.forward(this.dropout.forward(vectors)));
  }

  /** The input of the layer for int32 tokens `[T, R]`, without the attentional vector: `[T, R, F]` */
  #inputs(tokens: Tensor2D, { context }: Reading): Tensor3D {
    const embedded = this.dropout.forward(this.embedding.forward(tokens)) as Tensor3D;
    if (!context) return embedded;
    const [steps, rows] = tokens.shape;
    const [sources, features] = context.shape;
    const eachRow: Tensor3D = reshape(tile(expandDims(context, 1), [1, rowsOfEach(sources, rows), 1]), [
      1,
      rows,
      features,
    ]);
    // The gradient of a product with ones is one sum; that of tile has an operation for each step.
    return concat<Tensor3D>([embedded, mul(eachRow, ones([steps, 1, 1]))], 2);
  }

  /** One step of R rows from inputs `[R, F]` */
  #advance(input: Tensor2D, reading: Reading, { states: last, fed, coverage }: DecoderState): VectorStep {
    const x = fed ? concat([input, fed], 1) : input;
    const { output, states } = runLayer(this.rnn, expandDims(x, 0) as Tensor3D, last); // [1, R, H]
    const [, rows, features] = output.shape;
    const sources = reading.attended?.keys.shape[0] ?? rows;
    const query: Tensor3D = reshape(output, [sources, rowsOfEach(sources, rows), features]);
    if (!this.attention) return { vectors: unrow(query), state: { states } };
    const looked = this.#look(query, reading, coverage);
    const vectors = unrow(looked.vectors);
    return {
      vectors,
      attention: unrow(looked.attention),
      state: { states, fed: fed && vectors, coverage: looked.coverage },
    };
  }

  /**
   * The attentional vectors of queries `[N, T, H]`, and the updated coverage when the coverage so far, `[N·T, S]`, is
   * given.
   */
  #look(query: Tensor3D, { attended }: Reading, coverage: Tensor2D | undefined): Looked {
    const [sources, queries] = query.shape;
    const before: Tensor3D | undefined = coverage && reshape(coverage, [sources, queries, coverage.shape[1]]);
    const { context, weights } = this.attention!.forward(query, attended!, before);
    const vectors = tanh(this.combine!.forward(concat([context, query], 2))) as Tensor3D;
    return { vectors, attention: weights, coverage: coverage && add<Tensor2D>(coverage, unrow(weights)) };
  }
}

interface VectorStep {
  readonly vectors: Tensor2D;
  readonly attention?: Tensor2D;
  readonly state: DecoderState;
}

interface Looked {
  readonly vectors: Tensor3D;
  readonly attention: Tensor3D;
  readonly coverage: Tensor2D | undefined;
}

/** How many rows each source has. All sources have the same number. */
const rowsOfEach = (sources: number, rows: number): number => (sources === 0 ? 1 : rows / sources);

/** `[N·T, F]` of `[N, T, F]` */
function unrow(x: Tensor3D): Tensor2D {
  const [first, second, features] = x.shape;
  return reshape(x, [first * second, features]);
}

/** Runs the steps of N rows one after another, each from the state that the step before left. */
function inTurn(
  inputs: readonly Tensor2D[],
  state: DecoderState,
  step: (input: Tensor2D, state: DecoderState) => VectorStep,
): DecodedSequence {
  const vectors: Tensor2D[] = [];
  const attention: Tensor2D[] = [];
  let now = state;
  for (const input of inputs) {
    const stepped = step(input, now);
    vectors.push(stepped.vectors);
    if (stepped.attention) attention.push(stepped.attention);
    now = stepped.state;
  }
  return { vectors: stackSteps(vectors)!, attention: stackSteps(attention), state: now };
}
