import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { ListedData } from './listed-data.ts';

it('listed data gives the ids of what is there, each once', () => {
  const data = new ListedData<number>('own', new MathBackendCPU());
  const [a, b] = [{}, {}];
  data.set(a, 1);
  data.set(b, 2);
  expect([...data.ids()]).toEqual([a, b]);
  expect(data.get(a)).toBe(1);
  expect(data.delete(a)).toBe(true);
  expect([...data.ids()]).toEqual([b]);
  data.set(a, 4);
  expect([...data.ids()].map((id) => data.get(id))).toEqual([2, 4]);
  expect(data.numDataIds()).toBe(2);
});
