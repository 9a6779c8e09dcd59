import { type Kind, probability, required, whole } from '../checks/kinds.ts';
import { checkOptions } from '../checks/options.ts';
import { philox4x32, words } from '../random/philox.ts';
import type { PhiloxDropoutAttrs } from './contract.ts';
import { type DropoutFactors, fastFactors } from './fast-factors.ts';
import { dropoutRule } from './rule.ts';

const word = whole(0, 0xffff_ffff);

const twoWords: Kind = {
  expected: 'two unsigned words of 32 bits',
  required: true,
  fits: (value) => Array.isArray(value) && value.length === 2 && word.fits(value[0]) && word.fits(value[1]),
};

/** The kinds of `PhiloxDropoutAttrs`. */
export const attrKinds = { p: required(probability), seed: twoWords, offset: twoWords };

/** The factors in JavaScript, where `fastFactors` are undefined. */
export const plainFactors: DropoutFactors = (into, { p, seed, offset }) => {
  const { threshold, scale } = dropoutRule(p);
  for (let block = 0; block * 4 < into.length; block++) {
    const [low] = words(block);
    const random = philox4x32(seed, [low, 0, offset[0], offset[1]]);
    for (let lane = 0; lane < 4; lane++) into[block * 4 + lane] = random[lane]! >= threshold ? scale : 0;
  }
};

let factors: DropoutFactors | undefined;

/** The factors of dropout: 0, or `1/(1−p)` where the element is kept. */
export function dropoutMask(size: number, attrs: PhiloxDropoutAttrs): Float32Array {
  checkOptions('dropoutMask', attrs, attrKinds);
  const mask = new Float32Array(size);
  factors ??= fastFactors() ?? plainFactors;
  factors(mask, attrs);
  return mask;
}
