import { dropoutMask } from '@unroll/backend/contract';
import { contractEntry, type Entry, sameAs } from './kernel-lowering.ts';

/**
 * The host draws the mask: ONNX has no product of two words, and the ten rounds in 64-bit integers took 40 ms for a million
 * elements, where the mask and the product take 12.
 */
export const dropout: readonly Entry[] = [
  contractEntry('PhiloxDropout', {
    outputs: ({ x }) => ({ y: sameAs(x) }),
    numbers: ({ x: { shape } }, { p, seed, offset }) => [
      {
        type: 'drawn',
        shape,
        draw: () =>
          dropoutMask(
            shape.reduce((product, size) => product * size, 1),
            { p, seed, offset },
          ),
      },
    ],
    lower: (g, { x }, _, [mask]) => ({ y: g.op('Mul', [x, mask]) }),
  }),
];
