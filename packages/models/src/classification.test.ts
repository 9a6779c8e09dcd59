import { tensor2d } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, expect, it } from 'vitest';
import { readClassifications } from './classification.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

it('reads the most probable class, and throws where the scores are not finite', async () => {
  const [found] = await readClassifications('Model.predict', tensor2d([[0, Math.log(3)]]));
  expect(found!.label).toBe(1);
  expect(found!.probability).toBeCloseTo(0.75, 6);
  const scores = tensor2d([
    [1, 2],
    [Number.NaN, 0],
  ]);
  await expect(readClassifications('Model.predict', scores)).rejects.toThrow(
    'Model.predict: the scores of row 1 are not finite',
  );
});
