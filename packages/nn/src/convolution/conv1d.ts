import { Convolution, type ConvolutionOptions } from './convolution.ts';

export type Conv1dOptions = ConvolutionOptions<number>;

/**
 * `y[o, t] = b[o] + Σ_c Σ_k W[o, c, k]·x[c, stride·t + dilation·k − padding]`, as `torch.nn.Conv1d`. Weight and bias are drawn from
 * U(±1/√(inChannels / groups · kernelSize)).
 *
 * @example
 * const conv = new nn.Conv1d({ inChannels: 16, outChannels: 33, kernelSize: 3, padding: 'same' });
 * conv.forward(tf.randomNormal([20, 16, 50])); // [20, 33, 50]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
export class Conv1d extends Convolution {
  /**
   * @throws where a size is not a positive whole number, the channels are not a multiple of `groups`, or 'same' is
   *   combined with a stride
   */
  constructor(options: Conv1dOptions) {
    super('Conv1d', 1, options);
  }
}
