import { type Tensor, type Tensor3D, transpose } from '@tensorflow/tfjs-core';
import { checkDtype, checkFeatures, checkRank, checkSteps, checkValue, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { type PackedSequence, packPaddedSequence } from '@unroll/nn';
import { layerKind } from '../module-kinds.ts';
import { runLayer } from '../run-layer.ts';
import type { SequenceLayer } from '../sequence-layer.ts';
import { checkLengths } from './check-lengths.ts';
import { lengthMask } from './length-mask.ts';
import type { Memory } from './memory.ts';

/**
 * Runs a recurrent layer over sources of different lengths: the part that encoders have in common.
 *
 * @param rnn a layer of either layout
 * @param input float32 `[S, N, rnn.inputSize]`, such as embedded tokens
 * @param lengths number of steps of each source, in 1…S. Steps past a source's length are not read. Default: S each.
 * @returns a memory that is as long as the longest source
 * @throws when shapes, dtypes or lengths do not fit
 *
 * @example
 * const memory = encodeSequence(lstm, embedding.forward(tf.transpose(tokens)), [3, 2]);
 */
export function encodeSequence(rnn: SequenceLayer, input: Tensor, lengths?: readonly number[]): Memory {
  checkValue('encodeSequence', 'rnn', rnn, kind.required(layerKind));
  checkDtype('encodeSequence', 'input', input, 'float32');
  checkRank('encodeSequence', 'input', input, 3, ', [S, N, features]');
  checkFeatures('encodeSequence', 'input', input, 'inputSize', rnn.inputSize);
  checkSteps('encodeSequence', 'input', input, 0);
  const [steps, rows] = input.shape as [number, number];
  checkLengths('encodeSequence', lengths, rows, steps);
  return tidyResult(() => {
    const { numDirections: directions } = rnn;
    if (!lengths || rows === 0) {
      const { output, states } = runLayer(rnn, input as Tensor3D, undefined);
      const values = transpose(output, [1, 0, 2]);
      return { values, lengths: new Array<number>(rows).fill(steps), states, directions };
    }
    const packed = packPaddedSequence(input as Tensor3D, lengths, { enforceSorted: false });
    const { output, states } = runLayer<PackedSequence>(rnn, packed, undefined);
    const values = transpose(output.padded as Tensor3D, [1, 0, 2]);
    return { values, lengths: [...lengths], mask: lengthMask(lengths), states, directions };
  });
}
