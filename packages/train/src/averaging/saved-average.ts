import { type Module, save } from '@unroll/nn';
import type { ExponentialMovingAverage } from '@unroll/optim';

/**
 * Saves a model with the averages in place of the parameters. The parameters are back when this function returns: by
 * then `save` has made its copies.
 */
export function savedAverage(
  average: ExponentialMovingAverage,
  model: Module,
): Promise<Uint8Array<ArrayBuffer>> {
  const swapBack = average.swapIn();
  try {
    return save(model);
  } finally {
    swapBack();
  }
}
