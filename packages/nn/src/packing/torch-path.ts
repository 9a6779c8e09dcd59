/** PyTorch's name for packing: `nn.utils.rnn.packPaddedSequence`. */
export * as rnn from './index.ts';
