import '@tensorflow/tfjs-backend-cpu';
import { Slice, Transpose, util } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HostKernels } from './host-kernels.ts';
import { collect, stridedResults } from './strided.ts';

const hostKernels = new HostKernels();

/** Expects `collect` to give the same result as tfjs-backend-cpu, for integers that count up from 0. */
function expectEqual(kernel: string, shape: readonly number[], attrs: object): void {
  const elements = Int32Array.from({ length: util.sizeFromShape([...shape]) }, (_, i) => i);
  const x = { shape, dtype: 'int32' as const, elements, hostOnly: undefined };
  const [expected] = hostKernels.run(kernel, { x }, attrs);
  const strided = stridedResults[kernel]!(shape, attrs);
  expect(strided.shape).toEqual(expected!.shape);
  expect(collect(elements, strided)).toEqual(expected!.elements);
}

const axis = fc.integer({ min: 1, max: 4 }).chain((length) =>
  fc.integer({ min: 0, max: length - 1 }).chain((begin) =>
    fc.record({
      length: fc.constant(length),
      begin: fc.constant(begin),
      size: fc.integer({ min: -1, max: length - begin }),
    }),
  ),
);
const axes = fc.array(axis, { minLength: 1, maxLength: 4 });

it('a slice is where tfjs-backend-cpu finds it, over any shape, begin and size', () => {
  fc.assert(
    fc.property(axes, (chosen) => {
      const [begin, size] = [chosen.map((one) => one.begin), chosen.map((one) => one.size)];
      expectEqual(
        Slice,
        chosen.map(({ length }) => length),
        { begin, size },
      );
    }),
  );
});

it('a transpose is where tfjs-backend-cpu finds it, over any shape and order of axes', () => {
  const ordered = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
    }),
  );
  fc.assert(fc.property(ordered, ({ shape, perm }) => expectEqual(Transpose, shape, { perm })));
});

it('a slice may leave begin and size of its last axes out', () => {
  expectEqual(Slice, [3, 2, 2], { begin: [1], size: [2] });
  expectEqual(Slice, [3, 2], { begin: 1, size: 1 });
});
