import {
  blockUntilReady,
  type Array as JaxArray,
  jit,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import type { Prepared } from '../peer.ts';
import { textBatches } from '../training-data.ts';
import type { CharactersWorkload } from '../workload.ts';
import { drawWeights, normals, recurrentLoop, type Weights } from './jax-recurrent.ts';

const BATCHES = 64;
const MAX_NORM = 1;
const [LR, BETA1, BETA2, EPS] = [1e-3, 0.9, 0.999, 1e-8];

type Model = { embedding: JaxArray; layers: Weights[]; weightOut: JaxArray; biasOut: JaxArray };
type State = { model: Model; mean: Model; square: Model };

/** The character model with its whole step under `jit`. The embedding is a product with one-hot rows. */
export function jaxCharacters(workload: CharactersWorkload): Prepared {
  const { rows, steps, vocabulary, embeddingDim, hiddenSize, numLayers } = workload;
  const normal = normals();
  const model: Model = {
    embedding: normal([vocabulary, embeddingDim], 0.1),
    layers: Array.from({ length: numLayers }, (_, layer) =>
      drawWeights(normal, layer === 0 ? embeddingDim : hiddenSize, 4, hiddenSize),
    ),
    weightOut: normal([hiddenSize, vocabulary], 0.1),
    biasOut: np.zeros([vocabulary]),
  };
  const zeros = (): Model => tree.map((parameter: JaxArray) => np.zeros(parameter.shape), model) as Model;

  const lossOf = (
    { embedding, layers, weightOut, biasOut }: Model,
    tokens: JaxArray,
    target: JaxArray,
  ): JaxArray => {
    let output = np.matmul(nn.oneHot(tokens, vocabulary), embedding).reshape([steps, rows, embeddingDim]);
    for (const weights of layers) output = recurrentLoop('lstm', output, weights);
    const scores = np.matmul(output.reshape([steps * rows, hiddenSize]), weightOut).add(biasOut);
    return nn
      .logSoftmax(scores)
      .mul(nn.oneHot(target, vocabulary))
      .sum()
      .mul(-1 / (steps * rows));
  };
  const gradientOf = valueAndGrad(lossOf);

  /** One step of Adam on clipped gradients. `corrections` are the bias corrections of both moments. */
  const step = jit(
    (
      { model, mean, square }: State,
      tokens: JaxArray,
      target: JaxArray,
      corrections: [JaxArray, JaxArray],
    ): [JaxArray, State] => {
      const [loss, gradients] = gradientOf(tree.ref(model), tokens, target);
      const squares = tree.leaves(tree.ref(gradients)).map((g) => np.square(g as JaxArray).sum());
      const norm = np.sqrt(squares.reduce((sum, each) => sum.add(each)));
      const factor = np.minimum(np.reciprocal(norm.add(1e-6)).mul(MAX_NORM), 1);
      const clipped = tree.map((g: JaxArray) => g.mul(factor.ref), gradients) as Model;
      const newMean = tree.map(
        (m: JaxArray, g: JaxArray) => m.mul(BETA1).add(g.mul(1 - BETA1)),
        mean,
        tree.ref(clipped),
      ) as Model;
      const newSquare = tree.map(
        (v: JaxArray, g: JaxArray) => v.mul(BETA2).add(np.square(g).mul(1 - BETA2)),
        square,
        clipped,
      ) as Model;
      const [ofMean, ofSquare] = corrections;
      const newModel = tree.map(
        (p: JaxArray, m: JaxArray, v: JaxArray) =>
          p.sub(
            m
              .mul(ofMean.ref)
              .div(np.sqrt(v.mul(ofSquare.ref)).add(EPS))
              .mul(LR),
          ),
        model,
        tree.ref(newMean),
        tree.ref(newSquare),
      ) as Model;
      tree.dispose([factor, ofMean, ofSquare]);
      return [loss, { model: newModel, mean: newMean, square: newSquare }];
    },
  );

  const batches = textBatches(workload, BATCHES);
  let state: State = { model, mean: zeros(), square: zeros() };
  let count = 0;
  return {
    run: async () => {
      const { tokens, target } = batches[count++ % BATCHES]!;
      const integers = (values: Int32Array) => np.array(new Int32Array(values), { dtype: np.int32 });
      const [loss, next] = step(state, integers(tokens), integers(target), [
        np.array(1 / (1 - BETA1 ** count)),
        np.array(1 / (1 - BETA2 ** count)),
      ]);
      state = next;
      await blockUntilReady(tree.ref(state));
      await loss.data();
    },
    dispose: () => {
      tree.dispose(state);
      step.dispose();
    },
  };
}
