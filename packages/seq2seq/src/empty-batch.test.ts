import * as tf from '@tensorflow/tfjs-core';
import { type Backend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { everyKind, smallModel } from '../test/small-model.ts';

const nobody = () => tf.zeros([0, 3], 'int32');
const nothing = () => tf.zeros([0, 4], 'int32');

const backends: readonly (readonly [string, () => Backend])[] = [
  ['backend-cpu', () => cpu({ threads: 1 })],
  ['backend-onnxruntime', () => onnxruntime({ threads: 1 })],
];

describe.each(backends)('an empty batch on %s', (_, make) => {
  beforeAll(() => useBackend(make()));

  it.each(everyKind)('gives empty scores, a mean loss of NaN and gradients of 0: %o', async (options) => {
    const model = smallModel(options);
    const [source, target] = [nobody(), nothing()];
    for (const teacherForcing of [1, 0.5]) {
      const { scores, attention } = model.forward(source, target, { sourceLengths: [], teacherForcing });
      expect(scores.shape).toEqual([0, 3, 8]);
      expect(attention?.shape).toEqual(options.attention && [0, 3, 3]);
      const coverageWeight = options.attention ? 1 : 0;
      const loss = () => model.loss(source, target, { teacherForcing, coverageWeight });
      const { value, grads } = tf.variableGrads(loss);
      expect(await value.data()).toEqual(Float32Array.of(Number.NaN));
      expect(Object.keys(grads)).toHaveLength(model.parameters().length);
      for (const gradient of Object.values(grads)) {
        expect((await gradient.data()).every((number) => number === 0)).toBe(true);
      }
      tf.dispose([scores, attention ?? [], value, grads]);
    }
    tf.dispose([source, target]);
    model.dispose();
  });

  it('gives no hypotheses and no scores', async () => {
    const model = smallModel({ attention: 'general', inputFeeding: true });
    const [source, target] = [nobody(), nothing()];
    expect(await model.beamSearch(source, { beamSize: 2, sourceLengths: [] })).toEqual([]);
    expect(await model.scoreTargets(source, target)).toEqual([]);
    tf.dispose([source, target]);
    model.dispose();
  });
});
