import { util } from '@tensorflow/tfjs-core';
import { contractKernel } from './cpu-kernel.ts';
import { itemsOf, LANES } from './grain.ts';

/** The cost of ten rounds of Philox, in copied elements. */
const ELEMENTS_PER_DRAW = 4;

export const philoxDropout = contractKernel('PhiloxDropout', ({ x }, { p, seed, offset }, cpu) => {
  const y = cpu.output(x.shape, 'float32');
  const size = util.sizeFromShape(x.shape);
  // With p = 1 each element is kept, and multiplied by 0.
  const [threshold, scale] = p === 1 ? [0, 0] : [Math.floor(p * 2 ** 32), 1 / (1 - p)];
  const args = [cpu.pointer(x), y.pointer, threshold, scale, ...seed, ...offset];
  cpu.parallel('philoxDropout', args, Math.ceil(size / LANES), itemsOf(LANES * ELEMENTS_PER_DRAW));
  return { y: y.info };
});
