import type { Tensor, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { type Case, inputVariable, readFixtures } from './fixture.ts';
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
  const state: Record<string, Variable> = {};
  if (options.stateGiven) state.h_0 = inputVariable('h_0', testCase);
  if (options.stateGiven && options.mode === 'lstm') state.c_0 = inputVariable('c_0', testCase);
  return {
    variables: { input, ...state, ...loadDrawnParameters(layer, testCase) },
    forward: () => {
      if (!options.lengths) return named(...run(layer, input as Tensor3D, state));
      const { batchFirst, enforceSorted } = options;
      const packed = nn.utils.rnn.packPaddedSequence(input, options.lengths, { batchFirst, enforceSorted });
      const [packedOutput, last] = run(layer, packed, state);
      const [output, lengths] = nn.utils.rnn.padPackedSequence(packedOutput, { batchFirst });
      expect(lengths).toEqual(options.lengths);
      return named(output, last);
    },
  };
}

function run<T extends Tensor2D | Tensor3D | nn.PackedSequence>(
  layer: Layer,
  input: T,
  state: Record<string, Variable>,
) {
  if (layer instanceof nn.LSTM) {
    const given = state.h_0 && state.c_0 ? ([state.h_0, state.c_0] as [Tensor3D, Tensor3D]) : undefined;
    return layer.forward(input as Tensor3D, given);
  }
  return layer.forward(input as Tensor3D, state.h_0 as Tensor3D | undefined);
}

/** Outputs by PyTorch's names. */
function named(output: Tensor, last: Tensor | readonly [Tensor, Tensor]): Record<string, Tensor> {
  return 'length' in last ? { output, h_n: last[0], c_n: last[1] } : { output, h_n: last };
}

const cases = readFixtures<Case<RecurrentOptions>>('recurrent.json');
const differences = new Differences('Recurrent layers');

afterAll(() => console.log(String(differences)));

describe.each(backendsAndBuilds)('on $title, recurrent layers answer as PyTorch', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(cases)('$name', async (testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });

  it('in at least 300 configurations', () => {
    expect(differences.configurations(title)).toBeGreaterThanOrEqual(300);
  });
});
