import { contractEntry, type Entry, sameAs } from './kernel-lowering.ts';
import { stepMask } from './recurrent/step-mask.ts';

export const padding: readonly Entry[] = [
  contractEntry('ZeroPadding', {
    outputs: ({ x }) => ({ y: sameAs(x) }),
    numbers: ({ x }) => [{ type: 'int64', values: [x.shape[0]!], rank: 0 }],
    lower: (g, { x, lengths }, _, [steps]) => {
      // [T, 1, N] without its middle axis, and with one axis for each feature axis
      const mask = g.op('Squeeze', [stepMask(g, lengths, steps!), g.ints(1)]);
      const featureAxes = Array.from({ length: x.rank - 2 }, (_, i) => i + 2);
      const inside = featureAxes.length > 0 ? g.op('Unsqueeze', [mask, g.ints(...featureAxes)]) : mask;
      return { y: g.op('Where', [inside, x, g.constant(0)]) };
    },
  }),
];
