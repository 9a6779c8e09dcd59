import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, readFixtures, shortList } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { makeLayer, passOf, type RecurrentOptions } from './recurrent-case.ts';
import { backends } from './test-backends.ts';

/* Cells as a user would write them, from their formulas: a subclass that overrides `step` is run step by step. */

class RNNByFormula extends nn.RNNCell {
  override step(x: Tensor2D, h: Tensor2D) {
    return super.step(x, h);
  }
}

class GRUByFormula extends nn.GRUCell {
  override step(x: Tensor2D, h: Tensor2D) {
    return super.step(x, h);
  }
}

class LSTMByFormula extends nn.LSTMCell {
  override step(x: Tensor2D, state: [Tensor2D, Tensor2D]) {
    return super.step(x, state);
  }
}

function makeRecurrent({ mode, ...options }: RecurrentOptions): nn.Recurrent<nn.CellState> {
  const { inputSize, hiddenSize, bias, numLayers, bidirectional, batchFirst, dropout } = options;
  const makeCell = (layer: number) => {
    const sizes = {
      inputSize: layer === 0 ? inputSize : (bidirectional ? 2 : 1) * hiddenSize,
      hiddenSize,
      bias,
    };
    if (mode === 'lstm') return new LSTMByFormula(sizes);
    if (mode === 'gru') return new GRUByFormula(sizes);
    return new RNNByFormula({ ...sizes, nonlinearity: mode === 'rnn_tanh' ? 'tanh' : 'relu' });
  };
  const stack = { numLayers, bidirectional, batchFirst, dropout };
  return new nn.Recurrent(makeCell as nn.MakeCell<nn.CellState>, stack).eval();
}

function subject(testCase: Case<RecurrentOptions>): Subject {
  const layer = makeLayer(testCase.options);
  const anyCell = makeRecurrent(testCase.options);
  const drawn = Object.entries(loadDrawnParameters(layer, testCase));
  const own = anyCell.parameters();
  const parameters = drawn.map(([name, parameter], i): [string, Variable] => {
    own[i]!.assign(parameter);
    return [name, own[i]!];
  });
  layer.dispose();
  const { variables, forward } = passOf(anyCell, testCase);
  return { variables: { ...variables, ...Object.fromEntries(parameters) }, forward };
}

// Only every third case, because loops make a graph for each number of steps.
const cases = readFixtures<Case<RecurrentOptions>>('recurrent.json')
  .filter(({ options }) => options.projSize === 0)
  .filter((_, i) => i % 3 === 0);
const differences = new Differences('Cells by their formulas, run by Recurrent');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, cells from their formulas equal PyTorch’s', ({ title, make, parts }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(shortList(cases, parts)))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });

  const least = Math.floor(50 / parts);
  it(`in at least ${least} configurations`, () => {
    expect(differences.configurations(title)).toBeGreaterThanOrEqual(least);
  });
});
