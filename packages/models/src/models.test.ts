import { fill, memory, tidy } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import type { ModelCase } from '../test/model-case.ts';
import { modelCases } from '../test/model-cases.ts';

/** Trains a model on its task. @returns the losses */
async function train({ loss }: ModelCase, model: nn.Module, steps: number): Promise<number[]> {
  using optimizer = new Adam(model.parameters(), { lr: 0.03 });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const value = await trainingStep(optimizer, () => loss(model as never));
    losses.push(value);
  }
  return losses;
}

/** The first losses of each model, by its name; the portable kernels come first. */
const firstLosses = new Map<string, readonly number[]>();

onEachBackend(() => {
  describe.each(modelCases.map((each) => [each.name, each] as const))('%s', (name, each) => {
    it('learns its task, with the same losses as on other backends, and leaves no tensor behind', async () => {
      const before = memory().numTensors;
      nn.manualSeed(3);
      using model = each.make();
      const own = memory().numTensors;
      const losses = await train(each, model, 80);
      const first = losses.slice(0, 5);
      const others = firstLosses.get(name) ?? first;
      for (const [i, loss] of first.entries()) expect(Math.abs(loss - others[i]!)).toBeLessThan(2e-4);
      firstLosses.set(name, others);
      expect(losses.at(-1)!).toBeLessThan(losses[0]! / 4);
      expect(memory().numTensors).toBe(own);
      expect(await each.predict(model as never)).toEqual(each.learned);
      expect(memory().numTensors).toBe(own);
      model.dispose();
      expect(memory().numTensors).toBe(before);
    });

    it('throws rather than predict from scores that are not numbers', async () => {
      using model = each.make();
      tidy(() => {
        for (const parameter of model.parameters()) parameter.assign(fill(parameter.shape, Number.NaN));
      });
      const before = memory().numTensors;
      await expect(each.predict(model as never)).rejects.toThrow(/not finite|NaN/);
      expect(memory().numTensors).toBe(before);
    });

    it('predicts the same after it was saved and loaded', async () => {
      nn.manualSeed(3);
      using model = each.make();
      using other = each.make();
      await train(each, model, 5);
      expect(await nn.load(other, await nn.save(model))).toEqual({ missingKeys: [], unexpectedKeys: [] });
      expect(await each.predict(other as never)).toEqual(await each.predict(model as never));
      expect(String(other)).toBe(String(model));
      expect(String(model)).toContain(`${model.numParameters().toLocaleString('en')} parameters`);
    });
  });
});
