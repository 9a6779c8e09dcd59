// Bits whose majority is to be told: are most of them ones?
import * as tf from '@tensorflow/tfjs-core';
import type { Padded } from '@unroll/data';
import * as nn from '@unroll/nn';

/** All sequences of 1 to 8 bits, a bit as the number 1 or 2: 0 is padding. */
export const sequences = Array.from({ length: 510 }, (_, i) => {
  const bits = [...(i + 2).toString(2)].slice(1).map(Number);
  return {
    bits: bits.map((bit) => bit + 1),
    majority: Number(2 * bits.filter(Boolean).length > bits.length),
  };
});

/** Bits → embedding → GRU → its last state → a score for no and yes. */
export class MajorityModel extends nn.Module {
  embedding = new nn.Embedding({ numEmbeddings: 3, embeddingDim: 4, paddingIdx: 0 });
  gru = new nn.GRU({ inputSize: 4, hiddenSize: 16 });
  output = new nn.Linear({ inFeatures: 16, outFeatures: 2 });

  forward({ values, lengths }: Padded): tf.Tensor2D {
    const embedded = this.embedding.forward(values);
    const packed = nn.packPaddedSequence(embedded, lengths, { enforceSorted: false });
    const [, hN] = this.gru.forward(packed);
    return this.output.forward(tf.squeeze(hN, [0]));
  }
}
