import type { Tensor, Tensor2D, TensorInfo } from '@tensorflow/tfjs-core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineKernel } from './define-kernel.ts';
import type { AttrsOf, InputsOf, OutputsOf } from './kernel-map.ts';

describe('defineKernel', () => {
  it('puts named outputs into the contract’s order and omits absent ones', () => {
    const forward = defineKernel<'RecurrentForward', string>('RecurrentForward', (_, { mode }) => ({
      reserve: 'reserve',
      cN: mode === 'lstm' ? 'cN' : undefined,
      hN: 'hN',
      y: 'y',
    }));
    expect(forward.run({}, { mode: 'lstm' })).toEqual(['y', 'hN', 'cN', 'reserve']);
    expect(forward.run({}, { mode: 'gru' })).toEqual(['y', 'hN', 'reserve']);
  });

  it('keeps the order of outputs that have the names of the inputs', () => {
    const scale = defineKernel<'ScaleTensors', number>('ScaleTensors', ({ factor, ...tensors }) =>
      Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, x * factor])),
    );
    expect(scale.run({ x0: 2, x1: 3, x2: 5, factor: 10 }, {})).toEqual([20, 30, 50]);
  });

  it('passes the backend’s form of the attributes, and its context', () => {
    const dropout = defineKernel<'PhiloxDropout', string, { log: string[] }, number>(
      'PhiloxDropout',
      ({ x }, rate, { log }) => {
        log.push(`${x} at ${rate}`);
        return { y: x };
      },
    );
    const log: string[] = [];
    expect(dropout.run({ x: 'x' }, 0.5, { log })).toEqual(['x']);
    expect(log).toEqual(['x at 0.5']);
  });
});

describe('defineKernel refuses', () => {
  it('a kernel that is not in the contract', () => {
    expect(() => defineKernel('Zero' as 'ZeroPadding', () => ({ y: 1 }))).toThrow(
      "defineKernel: kernelName is 'Zero'; expected one of RecurrentForward, ",
    );
  });

  it('an output that the contract does not have, at the call', () => {
    const surplus = defineKernel<'ZeroPadding', number>('ZeroPadding', () => ({ y: 1, mask: 2 }));
    expect(() => surplus.run({}, {}, undefined)).toThrow(
      "defineKernel: ZeroPadding returned an output named 'mask'; the contract has y",
    );
  });
});

describe('the types of kernels', () => {
  it('know the rank of tensors and do not change a backend’s own tensor types', () => {
    expectTypeOf<InputsOf<'RecurrentForward', Tensor>['weightIh']>().toEqualTypeOf<Tensor2D>();
    expectTypeOf<OutputsOf<'RecurrentBackward', Tensor>['dc0']>().toEqualTypeOf<Tensor2D | undefined>();
    expectTypeOf<InputsOf<'CtcLoss', TensorInfo>['logProbs']['shape']>().toEqualTypeOf<
      [number, number, number]
    >();
    expectTypeOf<OutputsOf<'AdamStep', string>['param']>().toEqualTypeOf<string>();
    expectTypeOf<AttrsOf<'CtcLoss'>>().toEqualTypeOf<{ readonly blank: number }>();
  });

  it('refuse a missing output and an output of the wrong rank', () => {
    // @ts-expect-error rowWeight is missing
    defineKernel<'CrossEntropyForward', string>('CrossEntropyForward', () => ({ loss: '' }));
    // @ts-expect-error the loss has one axis
    defineKernel<'CtcLoss', Tensor>('CtcLoss', ({ logProbs }) => ({ loss: logProbs, grad: logProbs }));
  });
});
