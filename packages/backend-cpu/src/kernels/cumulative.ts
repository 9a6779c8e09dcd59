import { Cumprod, Cumsum, type CumsumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type CpuKernel, tfjsKernel } from './cpu-kernel.ts';
import { itemsOf, LANES } from './grain.ts';

/** The sum or product of all elements up to each element, in double precision. */
const cumulative = (kernelName: string, multiply: boolean): CpuKernel =>
  tfjsKernel<{ x: TensorInfo }, CumsumAttrs>(kernelName, ({ x }, attrs, cpu) => {
    if (x.dtype !== 'float32' || x.shape.length === 0) return undefined;
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
    const size = x.shape[axis]!;
    const inner = util.sizeFromShape(x.shape.slice(axis + 1));
    const outer = util.sizeFromShape(x.shape.slice(0, axis));
    const y = cpu.output(x.shape, 'float32');
    const flags = [attrs.exclusive, attrs.reverse, multiply].map((flag) => (flag ? 1 : 0));
    cpu.parallel(
      'cumulate',
      [cpu.pointer(x), y.pointer, size, inner, ...flags],
      outer * Math.ceil(inner / LANES),
      itemsOf(size * LANES),
    );
    return y.info;
  });

export const cumulativeKernels: readonly CpuKernel[] = [cumulative(Cumsum, false), cumulative(Cumprod, true)];
