export { PackedSequence } from './packed-sequence.ts';
export {
  type PackOptions,
  type PadOptions,
  type PadPackedOptions,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  unpadSequence,
} from './packing.ts';
