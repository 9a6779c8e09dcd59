import {
  cast,
  concat,
  dispose,
  gather,
  reshape,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  topk,
} from '@tensorflow/tfjs-core';
import { type CompiledFunction, compile } from '@unroll/backend';
import { mapTensors } from '@unroll/backend/contract';
import { logProbabilities, tidyResult } from '@unroll/backend/operations';
import type { Decoder, Reading } from './decoder/decoder.ts';
import { type DecoderState, gatherRows } from './decoder/decoder-state.ts';
import type { StepRequest, StepScorer, StepScores } from './search/step-scorer.ts';

/** The state that a decoder's search carries from step to step. */
export type ScorerState = {
  readonly reading: Reading;
  readonly decoder: DecoderState;
  readonly sources: number;
  readonly rows: number;
};

/** The results that one step computes on the device. */
type Step = {
  readonly decoder: DecoderState;
  /** The reading of the remaining sources; undefined when no source has left */
  readonly reading: Reading | undefined;
  /**
   * `[R, …]`, read from the device in one transfer. Its columns are, side by side: `top` log-probabilities, their `top`
   * tokens, the wanted token's log-probability and S attention weights. Columns that were not requested are absent.
   */
  readonly packed: Tensor2D;
};

type StepFunction = (
  last: { readonly reading: Reading; readonly decoder: DecoderState },
  tokens: Tensor1D,
  moved: { readonly sources?: Tensor1D | undefined; readonly parents?: Tensor1D | undefined },
  asked: {
    readonly top: number | 'all';
    readonly wanted?: Tensor1D | undefined;
    readonly attention: boolean;
  },
) => Step;

/** A decoder's step, compiled once for all searches of a model. */
export type CompiledStep = CompiledFunction<Parameters<StepFunction>, Step>;

/** Compiles a decoder's step, for the `DecoderScorer`s of all its searches. The caller disposes of it. */
export function compileStep(decoder: Decoder): CompiledStep {
  const step: StepFunction = (last, tokens, moved, { top, wanted, attention: asks }) => {
    const reading = moved.sources && gatherSources(last.reading, moved.sources);
    const state = moved.parents ? gatherRows(last.decoder, moved.parents) : last.decoder;
    const { scores, attention, ...next } = decoder.step(tokens, reading ?? last.reading, state);
    const logProbs = logProbabilities(scores);
    const columns: Tensor2D[] = [];
    if (top === 'all') {
      columns.push(logProbs);
    } else {
      const { values, indices } = topk(logProbs, top);
      columns.push(values, cast(indices, 'float32'));
    }
    if (wanted) columns.push(reshape(gather(reshape(logProbs, [scores.size]), wanted), [-1, 1]));
    if (asks && attention) columns.push(attention);
    return { decoder: next.state, reading, packed: columns.length === 1 ? columns[0]! : concat(columns, 1) };
  };
  return compile(step);
}

/** The start of a search: the decoder's reading of the sources, and its state before the first token. */
export type Beginning = Pick<ScorerState, 'reading' | 'decoder'>;

/** Presents a decoder that reads a memory to a search. It runs in evaluation mode, so dropout is off. */
export class DecoderScorer implements StepScorer<ScorerState> {
  readonly sourceLengths: readonly number[];
  readonly #decoder: Decoder;
  readonly #step: CompiledStep;
  readonly #beginning: Beginning;

  /** @param beginning belongs to the scorer from here on; `dispose` frees it */
  constructor(decoder: Decoder, step: CompiledStep, beginning: Beginning, sourceLengths: readonly number[]) {
    this.sourceLengths = sourceLengths;
    this.#decoder = decoder;
    this.#step = step;
    this.#beginning = beginning;
  }

  get vocabularySize(): number {
    return this.#decoder.vocabularySize;
  }

  start(): ScorerState {
    const sources = this.sourceLengths.length;
    return { ...copyOf(this.#beginning), sources, rows: sources };
  }

  async step(request: StepRequest<ScorerState>): Promise<StepScores<ScorerState>> {
    const { packed, ...state } = this.#run(request);
    try {
      const column = columnsOf(await packed.data<'float32'>(), request.tokens.length);
      const { top } = request;
      return {
        state,
        logProbs: column(top === 'all' ? this.vocabularySize : top),
        tokens: top === 'all' ? undefined : Int32Array.from(column(top)),
        wantedLogProbs: request.wanted && column(1),
        attention: request.attention && this.#decoder.attends ? column('all that is left') : undefined,
      };
    } catch (error) {
      this.release(state);
      throw error;
    } finally {
      packed.dispose();
    }
  }

  release({ reading, decoder }: Beginning): void {
    dispose([reading, Object.values(decoder).flat()]);
  }

  /** Frees the reading and the state with which searches begin. */
  dispose(): void {
    this.release(this.#beginning);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Runs a step. Returns its packed results and the next state, which shares no tensor with the last state. */
  #run(request: StepRequest<ScorerState>): ScorerState & { packed: Tensor2D } {
    const { state, sources, parents, tokens, wanted, top, attention } = request;
    const indices = {
      tokens: tensor1d(tokens, 'int32'),
      sources: isCount(sources, state.sources) ? undefined : tensor1d(sources, 'int32'),
      parents: isCount(parents, state.rows) ? undefined : tensor1d(parents, 'int32'),
      wanted: wanted && tensor1d(placesOf(wanted, this.vocabularySize), 'int32'),
    };
    try {
      const { reading, ...made } = this.#decoder.evaluating(() =>
        this.#step(
          { reading: state.reading, decoder: state.decoder },
          indices.tokens,
          { sources: indices.sources, parents: indices.parents },
          { top, wanted: indices.wanted, attention },
        ),
      );
      return {
        ...made,
        reading: reading ?? copyOf(state.reading),
        sources: sources.length,
        rows: tokens.length,
      };
    } finally {
      dispose(indices);
    }
  }
}

/** Clones tensors: the clones share the data and are disposed of separately. */
function copyOf<T extends Reading | Beginning>(tensors: T): T {
  return tidyResult(() => mapTensors(tensors, (tensor) => tensor.clone()) as T);
}

/** Selects the given sources along the first axis of the reading. */
function gatherSources(reading: Reading, sources: Tensor1D): Reading {
  return mapTensors(reading, (tensor) => gather(tensor, sources)) as Reading;
}

/** Whether the indices are 0, 1, … up to `length`, so that gathering would change nothing. */
function isCount(indices: Int32Array, length: number): boolean {
  return indices.length === length && indices.every((index, place) => index === place);
}

/** The index of each row's token in the flattened scores `[R·V]`. */
function placesOf(tokens: Int32Array, vocabularySize: number): Int32Array {
  return tokens.map((token, row) => row * vocabularySize + token);
}

/** Takes groups of columns of `[R, …]`, from left to right, each as `[R · count]`. */
function columnsOf(values: Float32Array, rows: number): (count: number | 'all that is left') => Float32Array {
  const width = rows === 0 ? 0 : values.length / rows;
  let taken = 0;
  return (count) => {
    const wanted = count === 'all that is left' ? width - taken : count;
    const group = new Float32Array(rows * wanted);
    for (let row = 0; row < rows; row++) {
      const begin = row * width + taken;
      group.set(values.subarray(begin, begin + wanted), row * wanted);
    }
    taken += wanted;
    return group;
  };
}
