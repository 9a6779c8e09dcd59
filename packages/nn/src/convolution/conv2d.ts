import type { Pair } from '../windows/spatial-sizes.ts';
import { Convolution, type ConvolutionOptions } from './convolution.ts';

export type Conv2dOptions = ConvolutionOptions<Pair>;

/**
 * A convolution over images `[N, C, H, W]`, as `torch.nn.Conv2d`: `Conv1d`'s formula over two axes. Options may have
 * a number for each axis: `kernelSize: [3, 5]`.
 *
 * @example
 * const conv = new nn.Conv2d({ inChannels: 3, outChannels: 8, kernelSize: 3, stride: 2, padding: 1 });
 * conv.forward(tf.randomNormal([4, 3, 32, 32])); // [4, 8, 16, 16]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 */
export class Conv2d extends Convolution {
  /**
   * @throws where a size is not a positive whole number, the channels are not a multiple of `groups`, or 'same' is
   *   combined with a stride
   */
  constructor(options: Conv2dOptions) {
    super('Conv2d', 2, options);
  }
}
