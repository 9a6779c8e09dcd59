/** PyTorch's place for packing: `nn.utils.rnn.packPaddedSequence`. */
export * as rnn from './index.ts';
