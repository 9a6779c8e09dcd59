import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';

/** The shapes of a stacked, bidirectional RNN, which are those of PyTorch. */
export function showShapes(print: (line: string) => void): void {
  const options = { inputSize: 128, hiddenSize: 256, numLayers: 3, bidirectional: true, batchFirst: true };
  using rnn = new nn.RNN(options);
  tf.tidy(() => {
    const inputs = tf.randomNormal([4, 6, 128]);
    const [output, hidden] = rnn.forward(inputs);
    const shown = (tensor: tf.Tensor) => `[${tensor.shape.join(', ')}]`;
    print('An RNN of 3 layers in both directions, 128 → 256 features:');
    print(`  inputs ${shown(inputs)} → output ${shown(output)}, hidden ${shown(hidden)}`);
  });
}
