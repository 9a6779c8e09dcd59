// nn.RNN, argument by argument: the shapes of output and hidden, and what becomes of the parameters.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';

await useBackend(cpu());
nn.manualSeed(1);
const [L, N] = [7, 3];
const plain = new nn.RNN({ inputSize: 4, hiddenSize: 5 }).stateDict();
for (const [key, { shape }] of Object.entries(plain)) console.log(key, shape);

async function show(options: nn.RNNOptions) {
  const rnn = new nn.RNN(options);
  const shape = rnn.batchFirst ? [N, L, rnn.inputSize] : [L, N, rnn.inputSize];
  const [output, hidden] = rnn.forward(tf.ones(shape));
  const least = await tf.min(output).data();
  const again = await tf.max(tf.abs(tf.sub(output, rnn.forward(tf.ones(shape))[0]))).data();

  console.log(String(rnn));
  console.log('  output', output.shape, 'hidden', hidden.shape);
  const state = rnn.stateDict();
  for (const key of Object.keys({ ...plain, ...state })) {
    const [before, after] = [plain[key]?.shape ?? 'none', state[key]?.shape ?? 'none'];
    if (String(before) !== String(after)) console.log(' ', key, before, '→', after);
  }
  if (least[0]! >= 0) console.log('  no output is below 0');
  if (again[0]! > 0) console.log('  a second call gives others');
}
await show({ inputSize: 4, hiddenSize: 5 });
await show({ inputSize: 6, hiddenSize: 5 });
await show({ inputSize: 4, hiddenSize: 8 });
await show({ inputSize: 4, hiddenSize: 5, numLayers: 2 });
await show({ inputSize: 4, hiddenSize: 5, nonlinearity: 'relu' });
await show({ inputSize: 4, hiddenSize: 5, bias: false });
await show({ inputSize: 4, hiddenSize: 5, batchFirst: true });
await show({ inputSize: 4, hiddenSize: 5, numLayers: 2, dropout: 0.5 });
await show({ inputSize: 4, hiddenSize: 5, bidirectional: true });
