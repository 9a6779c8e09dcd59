import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { expect } from 'vitest';
import { inputVariable } from './fixture.ts';

/** A case of `fixtures/recurrent.json` with recurrent layers */
export interface RecurrentOptions {
  readonly mode: 'rnn_tanh' | 'rnn_relu' | 'lstm' | 'gru';
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly bidirectional: boolean;
  readonly projSize: number;
  readonly dropout: number;
  readonly layout: string;
  readonly batchFirst: boolean;
  readonly lengths: number[] | null;
  readonly enforceSorted: boolean;
  readonly stateGiven: boolean;
}

/** A recurrent layer */
export type Layer = nn.RNN | nn.LSTM | nn.GRU;

export function makeLayer({
  mode,
  projSize,
  inputSize,
  hiddenSize,
  numLayers,
  bias,
  bidirectional,
  dropout,
  batchFirst,
}: RecurrentOptions): Layer {
  const options = { inputSize, hiddenSize, numLayers, bias, bidirectional, dropout, batchFirst };
  if (mode === 'lstm') return new nn.LSTM({ ...options, projSize });
  if (mode === 'gru') return new nn.GRU(options);
  return new nn.RNN({ ...options, nonlinearity: mode === 'rnn_tanh' ? 'tanh' : 'relu' });
}

/** A recurrent layer, or a layer of any cells */
type AnyLayer = Layer | nn.Recurrent<nn.CellState>;

/** A case's input and states as variables, and the layer's outputs, by PyTorch's names. */
export function passOf(layer: AnyLayer, testCase: Case<RecurrentOptions>) {
  const { options } = testCase;
  const input = inputVariable('input', testCase);
  const state: State = {};
  if (options.stateGiven) state.h_0 = inputVariable('h_0', testCase);
  if (options.stateGiven && options.mode === 'lstm') state.c_0 = inputVariable('c_0', testCase);
  return {
    variables: { input, ...state },
    forward: (): Record<string, Tensor> => {
      if (!options.lengths) return named(...run(layer, input, state));
      const { batchFirst, enforceSorted } = options;
      const packed = nn.utils.rnn.packPaddedSequence(input, options.lengths, { batchFirst, enforceSorted });
      const [packedOutput, last] = run(layer, packed, state);
      const [output, lengths] = nn.utils.rnn.padPackedSequence(packedOutput, { batchFirst });
      expect(lengths).toEqual(options.lengths);
      return named(output, last);
    },
  };
}

/** The states of a case, by PyTorch's names */
interface State {
  h_0?: Variable;
  c_0?: Variable;
}

/** The last hidden state, or the last hidden state and the last cell state. */
type Last = Tensor | nn.LSTMState;

const pair = ({ h_0, c_0 }: State): nn.LSTMState | undefined => h_0 && c_0 && [h_0, c_0];

function run<Input extends Tensor | nn.PackedSequence>(
  layer: AnyLayer,
  input: Input,
  state: State,
): [Input, Last] {
  const given = state.c_0 ? pair(state) : state.h_0;
  return (layer as nn.Recurrent<nn.CellState>).forward(input, given as Tensor) as [Input, Last];
}

/** Outputs by PyTorch's names. */
function named(output: Tensor, last: Last): Record<string, Tensor> {
  return Array.isArray(last) ? { output, h_n: last[0], c_n: last[1] } : { output, h_n: last };
}
