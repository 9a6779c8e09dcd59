import { dropoutMask } from '@unroll/backend/contract';
import { contractEntry, type Entry, sameAs } from './kernel-lowering.ts';

/** The host draws the mask: ONNX multiplies words only as 64-bit integers, which is slow. */
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
