import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { inMemory, loadWeights, writeCheckpoint } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const linear = () => new nn.Linear({ inFeatures: 2, outFeatures: 1, bias: false });

function set(model: nn.Linear, values: readonly number[]): void {
  tf.tidy(() => model.weight.assign(tf.tensor2d([...values], [1, 2])));
}

const weights = (model: nn.Linear) => [...model.weight.dataSync()];

describe('loadWeights', () => {
  async function storeOf(checkpoints: readonly { values: readonly number[]; bleu?: number }[]) {
    const store = inMemory();
    using model = linear();
    for (const [i, { values, bleu }] of checkpoints.entries()) {
      set(model, values);
      await writeCheckpoint(store, {
        step: i + 1,
        epoch: 0,
        weights: await nn.save(model),
        metrics: bleu === undefined ? {} : { bleu },
        state: { monitored: { value: 'bleu', mode: 'max' } },
      });
    }
    return store;
  }

  const checkpoints = [
    { values: [1, 1], bleu: 10 },
    { values: [2, 4], bleu: 30 },
    { values: [4, 4], bleu: 20 },
    { values: [8, 0] },
  ];

  it.each([
    [{}, [2, 4], ['step-00000002']],
    [{ mode: 'min' as const }, [1, 1], ['step-00000001']],
    [{ from: 'latest' }, [8, 0], ['step-00000004']],
    [{ from: 'step-00000003' }, [4, 4], ['step-00000003']],
    [{ count: 2 }, [3, 4], ['step-00000002', 'step-00000003']],
    [{ from: 'latest', count: 2 }, [6, 2], ['step-00000004', 'step-00000003']],
  ])('with %j loads %j', async (options, values, names) => {
    using model = linear();
    expect(await loadWeights(model, await storeOf(checkpoints), options)).toEqual(names);
    expect(weights(model)).toEqual(values);
  });

  it('throws when there are too few checkpoints, none of the name, or weights of another model', async () => {
    using model = linear();
    const store = await storeOf(checkpoints);
    await expect(loadWeights(model, store, { count: 4 })).rejects.toThrow(
      'has 3 checkpoints with a bleu; expected at least 4',
    );
    await expect(loadWeights(model, store, { from: 'step-00000009' })).rejects.toThrow(
      "checkpoint 'step-00000009'",
    );
    await expect(loadWeights(model, inMemory(), { from: 'latest' })).rejects.toThrow('has no checkpoints');
    using other = new nn.Linear({ inFeatures: 3, outFeatures: 1, bias: false });
    await expect(loadWeights(other, store)).rejects.toThrow('weight');
  });
});
