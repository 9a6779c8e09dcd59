import { type Module, save } from '@unroll/nn';
import type { ExponentialMovingAverage } from '@unroll/optim';

/** A model's file with the averages in the parameters' place. They are as they were when this returns: `save` has its copies by then. */
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
