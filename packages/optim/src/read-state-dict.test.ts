import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { CheckpointError } from '@unroll/backend/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { stateAsJson } from '../test/state-as-json.ts';
import { Adam, LambdaLR, type OptimizerStateDict, SGD } from './index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const parameter = () => tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
const good = () => ({ data: [1, 2], shape: [2] });
const groups = [{ params: [0, 1], lr: 0.5 }];

/** An optimizer that has made a step, so that it has a state. */
function trained() {
  const optimizer = new Adam([parameter(), parameter()], { lr: 0.25 });
  tf.tidy(() =>
    optimizer.step(new Map(optimizer.parameters().map((p) => [p, tf.tensor1d([1, -1])] as const))),
  );
  return optimizer;
}

const read = (optimizer: Adam) => stateAsJson(optimizer.stateDict());

const disposed = () => {
  const tensor = tf.zeros([2]);
  tensor.dispose();
  return tensor;
};

describe('an optimizer takes a saved state whole or not at all', () => {
  it.each<[string, () => unknown, string]>([
    ['bigints', () => ({ data: new BigInt64Array(2), shape: [2] }), 'has a BigInt64Array as its data'],
    ['strings', () => ({ data: ['a', 'b'], shape: [2] }), "has 'a' at 0 of its data; expected a number"],
    ['null among numbers', () => ({ data: [1, null], shape: [2] }), 'has null at 1 of its data'],
    ['nested arrays', () => ({ data: [[1], [2]], shape: [2] }), 'has [1] at 0 of its data'],
    ['too little data', () => ({ data: [1], shape: [2] }), 'has 1 numbers; its shape [2] has 2'],
    ['another shape', () => ({ data: [1, 2], shape: [1, 2] }), "has shape [1, 2]; its parameter's is [2]"],
    [
      'a shape of NaN',
      () => ({ data: [1, 2], shape: [Number.NaN] }),
      "has shape [NaN]; its parameter's is [2]",
    ],
    ['no shape', () => ({ data: [1, 2] }), 'is an object; expected a tensor'],
    ['an array', () => [1, 2], 'is [1, 2]; expected a tensor'],
    ['a string', () => 'ab', "is 'ab'; expected a tensor"],
    [
      'what JSON makes of a tensor',
      () => JSON.parse(JSON.stringify(tf.ones([2]))) as object,
      'is an object; expected a tensor, or its numbers with their shape',
    ],
    ['a function', () => () => 1, 'is a function; expected a tensor'],
    ['undefined', () => undefined, 'is undefined; expected a tensor'],
    ['a disposed tensor', disposed, 'is a disposed tensor'],
    ['a complex tensor', () => tf.complex([1, 2], [3, 4]), 'has dtype complex64; expected float32'],
    ['a tensor of strings', () => tf.tensor1d(['a', 'b']), 'has dtype string; expected float32'],
  ])('of %s in the place of a tensor', (_, make, message) => {
    const optimizer = trained();
    const before = read(optimizer);
    const value = make();
    const tensors = tf.memory().numTensors;
    const state = { 0: { step: 1, exp_avg: good() }, 1: { step: 1, exp_avg: value } };
    expect(() => optimizer.loadStateDict({ state, param_groups: groups } as OptimizerStateDict)).toThrow(
      `Adam.loadStateDict: state 1.exp_avg ${message}`,
    );
    expect(read(optimizer)).toBe(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each<[unknown, string]>([
    [null, 'the state is null; expected { state, param_groups }'],
    ['state', "the state is 'state'"],
    [{}, 'the state is an object'],
    [{ state: {} }, 'the state is an object'],
    [{ state: [], param_groups: groups }, 'the state is an object'],
    [{ state: {}, param_groups: [null] }, 'group 0 is null'],
    [{ state: {}, param_groups: [{ lr: 1 }] }, 'group 0 is an object; expected its options and the numbers'],
    [{ state: {}, param_groups: [{ params: ['0', '1'] }] }, 'group 0 is an object'],
    [{ state: {}, param_groups: [{ params: [0, 0] }] }, 'parameter 0 comes twice in the groups'],
    [{ state: {}, param_groups: [{ params: [0, 1], lr: '0.5' }] }, "group 0: lr is '0.5'; expected a number"],
    [{ state: {}, param_groups: [{ params: [0, 1], lr: null }] }, 'group 0: lr is null; expected a number'],
    [
      { state: {}, param_groups: [{ params: [0, 1], amsgrad: 1 }] },
      'group 0: amsgrad is 1; expected true or false',
    ],
    [
      { state: {}, param_groups: [{ params: [0, 1], betas: [0.9] }] },
      'group 0: betas is [0.9]; expected two numbers',
    ],
    [
      { state: {}, param_groups: [{ params: [0, 1], momentum: 0 }] },
      "group 0: there is no option 'momentum'",
    ],
    [{ state: { 0: null }, param_groups: groups }, 'state 0 is null; expected an object'],
    [{ state: { 0: { step: '1' } }, param_groups: groups }, "state 0.step is '1'; expected a number"],
    [{ state: { 0: { step: -1 } }, param_groups: groups }, 'state 0.step is -1; expected a number'],
    [{ state: { 0: { step: Number.NaN } }, param_groups: groups }, 'state 0.step is NaN; expected a number'],
    [
      { state: { 0: { step: tf.scalar(1) } }, param_groups: groups },
      'state 0.step is a Tensor; expected a number',
    ],
    [{ state: { 0: { exp_avg: 3 } }, param_groups: groups }, 'state 0.exp_avg is 3; expected a tensor'],
  ])('of %o', (dict, message) => {
    const optimizer = trained();
    const before = read(optimizer);
    expect(() => optimizer.loadStateDict(dict as OptimizerStateDict)).toThrow(CheckpointError);
    expect(() => optimizer.loadStateDict(dict as OptimizerStateDict)).toThrow(
      `Adam.loadStateDict: ${message}`,
    );
    expect(read(optimizer)).toBe(before);
  });

  it('and takes over its own state unchanged', () => {
    const optimizer = trained();
    const before = read(optimizer);
    optimizer.loadStateDict(optimizer.stateDict());
    expect(read(optimizer)).toBe(before);
  });
});

describe('an optimizer loads whatever it saved', () => {
  const roundTrip = <O extends SGD | Adam>(from: O, to: O) =>
    to.loadStateDict(JSON.parse(read(from as unknown as Adam)) as OptimizerStateDict);

  it('a rate below 0, where a schedule put it', () => {
    const [optimizer, other] = [new SGD([parameter()]), new SGD([parameter()])];
    const schedule = new LambdaLR(optimizer, { lrLambda: (epoch) => 1 - epoch });
    schedule.step();
    schedule.step();
    roundTrip(optimizer, other);
    expect(other.paramGroups[0]!.lr).toBe(-1e-3);
  });

  it('state of options that have been switched off since', () => {
    const step = (optimizer: SGD | Adam) =>
      tf.tidy(() => optimizer.step(new Map([[optimizer.parameters()[0]!, tf.tensor1d([1, -1])]])));
    const sgd = new SGD([parameter()], { momentum: 0.9 });
    step(sgd);
    sgd.paramGroups[0]!.momentum = 0;
    const other = new SGD([parameter()]);
    roundTrip(sgd, other);
    expect([...other.state.values()][0]!.tensors.has('momentumBuffer')).toBe(true);

    const adam = new Adam([parameter()], { amsgrad: true });
    step(adam);
    adam.paramGroups[0]!.amsgrad = false;
    const again = new Adam([parameter()]);
    roundTrip(adam, again);
    expect([...again.state.values()][0]!.tensors.has('maxExpAvgSq')).toBe(true);
    step(again);
  });
});

describe('JSON of an optimizer’s state', () => {
  it('is refused while the state holds tensors, with advice what to write instead', () => {
    const optimizer = trained();
    const words = 'stateDict: state 0.exp_avg is a tensor, whose numbers JSON would lose; put { data:';
    expect(() => JSON.stringify(optimizer.stateDict())).toThrow(words);
    expect(() => JSON.stringify({ epoch: 3, optimizer: optimizer.stateDict() })).toThrow(words);
    expect(Object.keys(optimizer.stateDict())).toEqual(['state', 'param_groups']);
  });

  it('holds the whole state where there are no tensors', () => {
    const optimizer = new SGD([parameter()], { lr: 0.5 });
    tf.tidy(() => optimizer.step(new Map([[optimizer.parameters()[0]!, tf.tensor1d([1, -1])]])));
    const saved = JSON.parse(JSON.stringify({ optimizer: optimizer.stateDict() }));
    expect(saved.optimizer).toEqual(optimizer.stateDict());
    expect(saved.optimizer.state[0].step).toBe(1);
  });
});
