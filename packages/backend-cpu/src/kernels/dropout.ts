import { util } from '@tensorflow/tfjs-core';
import { dropoutRule } from '@unroll/backend/contract';
import { contractKernel } from './cpu-kernel.ts';
import { itemsOf } from './grain.ts';

/** Elements that the kernel draws at a time, four blocks of Philox. A tensor's memory has room for whole groups. */
const GROUP = 16;
/** The cost of a drawn element, in copied ones */
const COST = 4;

export const philoxDropout = contractKernel('PhiloxDropout', ({ x }, { p, seed, offset }, cpu) => {
  const y = cpu.output(x.shape, 'float32');
  const size = util.sizeFromShape(x.shape);
  const { threshold, scale } = dropoutRule(p);
  const args = [cpu.pointer(x), y.pointer, threshold, scale, ...seed, ...offset];
  cpu.parallel('philoxDropout', args, Math.ceil(size / GROUP), itemsOf(GROUP * COST));
  return { y: y.info };
});
