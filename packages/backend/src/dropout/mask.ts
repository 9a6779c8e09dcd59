import { philox4x32, words } from '../philox.ts';
import type { PhiloxDropoutAttrs } from './contract.ts';

/** The factors that dropout multiplies by: 0, or `1/(1−p)` where the element is kept. */
export function dropoutMask(size: number, { p, seed, offset }: PhiloxDropoutAttrs): Float32Array {
  const mask = new Float32Array(size);
  if (p === 1) return mask;
  const threshold = Math.floor(p * 0x1_0000_0000);
  const scale = 1 / (1 - p);
  for (let block = 0; block * 4 < size; block++) {
    const [low] = words(block);
    const random = philox4x32(seed, [low, 0, offset[0], offset[1]]);
    for (let lane = 0; lane < 4; lane++) {
      const i = block * 4 + lane;
      if (i < size && random[lane]! >= threshold) mask[i] = scale;
    }
  }
  return mask;
}
