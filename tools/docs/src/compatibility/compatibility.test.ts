import { readFileSync } from 'node:fs';
import { scalar, variable } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import * as optim from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { compatibility, documentFile } from './document.ts';
import { needless, positional } from './exceptions.ts';
import { kernelNames } from './kernel-rows.ts';
import { before, optionNames } from './option-names.ts';
import { camelCase, torchRows } from './torch-rows.ts';

let written: string;
beforeAll(async () => {
  written = await compatibility();
});

it('docs/COMPATIBILITY.md is what pnpm compatibility writes', () => {
  expect(readFileSync(documentFile, 'utf8'), 'run pnpm compatibility, and commit what it wrote').toBe(
    written,
  );
});

describe('names of arguments', () => {
  it.each([
    ['num_layers', 'numLayers'],
    ['T_max', 'tMax'],
    ['T_0', 't0'],
    ['_weight', 'weight'],
    ['p', 'p'],
  ])('%s is %s', (argument, option) => {
    expect(camelCase(argument)).toBe(option);
  });

  it('exceptions are arguments that PyTorch has', () => {
    const names = readFileSync(new URL('../../fixtures/torch-names.json', import.meta.url), 'utf8');
    for (const argument of [...Object.keys(needless), ...positional])
      expect(names).toContain(`"${argument}"`);
  });
});

describe('the names of options', () => {
  it('are those that a class says there are', () => {
    expect(optionNames(nn.Dropout, before.modules())).toEqual(['p']);
    expect(optionNames(optim.StepLR, before.schedules())).toEqual(['stepSize', 'gamma', 'lastEpoch']);
    expect(optionNames(optim.Adadelta, [[variable(scalar(1))]])).toContain('weightDecay');
  });

  it('are none where a class takes none', () => {
    expect(optionNames(nn.Tanh, [])).toEqual([]);
    expect(optionNames(nn.Sequential, [])).toEqual([]);
  });
});

it('a class is there with all arguments, with some, or not at all', () => {
  const classes = {
    Dropout: ['p', 'inplace'],
    LSTM: ['input_size', 'hidden_size', 'number_of_moons'],
    NoSuchLayer: ['size'],
  };
  expect(torchRows(classes, 'modules')).toEqual([
    { name: 'Dropout', mark: '✓', missing: [] },
    { name: 'LSTM', mark: '◐', missing: ['number_of_moons'] },
    { name: 'NoSuchLayer', mark: '✗', missing: [] },
  ]);
});

describe('kernels', () => {
  it('are all that TensorFlow.js has names for', () => {
    expect(kernelNames()).toEqual(expect.arrayContaining(['Abs', '_FusedMatMul', 'FusedConv2D', 'Reshape']));
    expect(kernelNames()).not.toContain('float32');
  });

  it.each([
    ['MatMul is everybody’s', '| `BatchMatMul` | ✓ | ✓ | ✓ | ✓ |'],
    ['a view is a part of the graph', '| `Reshape` | ✓ | ◐ | ✓ | ✓ |'],
    ['strings are on the host', '| `StringSplit` | ✓ | ◐ | ◐ host | ◐ |'],
    ['a cast to strings is on the host', '| `Cast` | ✓ | ✓ | ◐ partly | ✓ |'],
    ['connectionist losses have no kernel in WebAssembly', '| `CtcLoss` | ◐ | ◐ | ✓ | ✓ |'],
  ])('%s', (_, row) => {
    expect(written).toContain(row);
  });
});
