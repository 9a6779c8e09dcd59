import type { Tensor } from '@tensorflow/tfjs-core';
import { valuesAtHand } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Chain } from './chain.ts';

/** Throws where a tag before a row's end is not one, if the values are at hand. Otherwise the backend checks them. */
export function checkTags(operation: string, tags: Tensor, { scores, lengths }: Chain): void {
  const [, steps, size] = scores.shape;
  valuesAtHand(tags)?.forEach((tag, i) => {
    const [row, step] = [Math.floor(i / steps), i % steps];
    if (step >= (lengths?.[row] ?? steps) || (tag >= 0 && tag < size)) return;
    throw new ArgumentError(
      operation,
      'tags',
      `holds ${tag} at [${row}, ${step}]; expected tags 0 to ${size - 1}`,
    );
  });
}
