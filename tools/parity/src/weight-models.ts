import { type Tensor, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';

/** A model of python/weights.py, and its answers for an input, by the fixture's names. The caller disposes of both. */
export interface WeightModel {
  readonly module: nn.Module;
  answers(input: Tensor): Readonly<Record<string, Tensor>>;
}

/** The models of python/weights.py, by kind. */
export const weightModels: Readonly<Record<string, () => WeightModel>> = {
  lstm: () => {
    const module = new nn.LSTM({
      inputSize: 3,
      hiddenSize: 4,
      numLayers: 2,
      bidirectional: true,
      projSize: 2,
    });
    return {
      module,
      answers: (input) => {
        const [output, [h_n, c_n]] = module.forward(input as Tensor3D);
        return { output, h_n, c_n };
      },
    };
  },
  gru: () => {
    const module = new nn.GRU({ inputSize: 3, hiddenSize: 5 });
    return {
      module,
      answers: (input) => {
        const [output, h_n] = module.forward(input as Tensor3D);
        return { output, h_n };
      },
    };
  },
  linear: () => unary(new nn.Linear({ inFeatures: 3, outFeatures: 2 })),
  embedding: () => unary(new nn.Embedding({ numEmbeddings: 6, embeddingDim: 3 })),
  sequential: () =>
    unary(
      new nn.Sequential(
        new nn.Linear({ inFeatures: 3, outFeatures: 4 }),
        new nn.Tanh(),
        new nn.LayerNorm({ normalizedShape: 4 }),
        new nn.Linear({ inFeatures: 4, outFeatures: 2, bias: false }),
      ),
    ),
  convolutional: () =>
    unary(
      new nn.Sequential(
        new nn.Conv1d({ inChannels: 2, outChannels: 4, kernelSize: 2 }),
        new nn.BatchNorm1d({ numFeatures: 4 }),
        new nn.PReLU({ numParameters: 4 }),
      ).eval(),
    ),
  attention: () => {
    const module = new nn.MultiheadAttention({ embedDim: 3, numHeads: 1, addBiasKv: true });
    return {
      module,
      answers: (input) => {
        const [output, weights] = module.forward(input, input, input);
        return { output, weights };
      },
    };
  },
};

function unary(module: nn.Module & { forward(input: Tensor): Tensor }): WeightModel {
  return { module, answers: (input) => tidy(() => ({ output: module.forward(input) })) };
}
