import type { Variable } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputVariable, readFixtures } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { backendsAndBuilds } from './test-backends.ts';

interface CellOptions {
  readonly mode: 'rnn_tanh' | 'rnn_relu' | 'lstm' | 'gru';
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bias: boolean;
  readonly stateGiven: boolean;
}

type Cell = nn.RNNCell | nn.LSTMCell | nn.GRUCell;

function makeCell({ mode, inputSize, hiddenSize, bias }: CellOptions): Cell {
  const options = { inputSize, hiddenSize, bias };
  if (mode === 'lstm') return new nn.LSTMCell(options);
  if (mode === 'gru') return new nn.GRUCell(options);
  return new nn.RNNCell({ ...options, nonlinearity: mode === 'rnn_tanh' ? 'tanh' : 'relu' });
}

function subject(testCase: Case<CellOptions>): Subject {
  const { options } = testCase;
  const cell = makeCell(options);
  const input = inputVariable('input', testCase);
  const state: { h_0?: Variable; c_0?: Variable } = {};
  if (options.stateGiven) state.h_0 = inputVariable('h_0', testCase);
  if (options.stateGiven && options.mode === 'lstm') state.c_0 = inputVariable('c_0', testCase);
  return {
    variables: { input, ...state, ...loadDrawnParameters(cell, testCase) },
    forward: () => {
      const { h_0, c_0 } = state;
      if (!(cell instanceof nn.LSTMCell)) return { h_n: cell.forward(input, h_0) };
      const [h, c] = cell.forward(input, h_0 && c_0 && [h_0, c_0]);
      return { h_n: h, c_n: c };
    },
  };
}

const differences = new Differences('Cells');

afterAll(() => console.log(String(differences)));

describe.each(backendsAndBuilds)('on $title, cells equal PyTorch’s', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(readFixtures<Case<CellOptions>>('cells.json')))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });
});
