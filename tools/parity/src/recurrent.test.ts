import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputVariable, readFixtures } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { backendsAndBuilds } from './test-backends.ts';

interface RecurrentOptions {
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

type Layer = nn.RNN | nn.LSTM | nn.GRU;

function makeLayer({
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

function subject(testCase: Case<RecurrentOptions>): Subject {
  const { options } = testCase;
  const layer = makeLayer(options).eval();
  const input = inputVariable('input', testCase);
  const state: State = {};
  if (options.stateGiven) state.h_0 = inputVariable('h_0', testCase);
  if (options.stateGiven && options.mode === 'lstm') state.c_0 = inputVariable('c_0', testCase);
  return {
    variables: { input, ...state, ...loadDrawnParameters(layer, testCase) },
    forward: () => {
      if (!options.lengths) return named(...run(layer, input, state));
      const { batchFirst, enforceSorted } = options;
      const packed = nn.utils.rnn.packPaddedSequence(input, options.lengths, { batchFirst, enforceSorted });
      const [packedOutput, last] = runPacked(layer, packed, state);
      const [output, lengths] = nn.utils.rnn.padPackedSequence(packedOutput, { batchFirst });
      expect(lengths).toEqual(options.lengths);
      return named(output, last);
    },
  };
}

interface State {
  h_0?: Variable;
  c_0?: Variable;
}

/** The last hidden state, or that and the last cell state. */
type Last = Tensor | nn.LSTMState;

const pair = ({ h_0, c_0 }: State): nn.LSTMState | undefined => h_0 && c_0 && [h_0, c_0];

function run(layer: Layer, input: Tensor, state: State): [Tensor, Last] {
  return layer instanceof nn.LSTM ? layer.forward(input, pair(state)) : layer.forward(input, state.h_0);
}

function runPacked(layer: Layer, input: nn.PackedSequence, state: State): [nn.PackedSequence, Last] {
  return layer instanceof nn.LSTM ? layer.forward(input, pair(state)) : layer.forward(input, state.h_0);
}

/** Outputs by PyTorch's names. */
function named(output: Tensor, last: Last): Record<string, Tensor> {
  return Array.isArray(last) ? { output, h_n: last[0], c_n: last[1] } : { output, h_n: last };
}

const cases = readFixtures<Case<RecurrentOptions>>('recurrent.json');
const differences = new Differences('Recurrent layers');

afterAll(() => console.log(String(differences)));

describe.each(backendsAndBuilds)('on $title, recurrent layers answer as PyTorch', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(cases))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });

  it('in at least 300 configurations', () => {
    expect(differences.configurations(title)).toBeGreaterThanOrEqual(300);
  });
});
