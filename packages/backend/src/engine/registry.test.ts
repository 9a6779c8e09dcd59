import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { instanceOf, registeredBy, registrationOf, replaceBackend } from './registry.ts';

const register = (name: string): MathBackendCPU => {
  const made = new MathBackendCPU();
  tf.registerBackend(name, () => made);
  return made;
};

it('a name has a registration at once, and an instance after TensorFlow.js has created it', async () => {
  const made = register('late');
  expect(registrationOf('late')!.factory()).toBe(made);
  expect(instanceOf('late')).toBeUndefined();
  await tf.setBackend('late');
  expect(instanceOf('late')).toBe(made);
  expect(registrationOf('nobody')).toBeUndefined();
});

it('a registration under a taken name is found, and the name keeps its former registration', async () => {
  const first = register('taken');
  await tf.setBackend('taken');
  const before = registrationOf('taken');
  let second: MathBackendCPU | undefined;
  const registered = await registeredBy('taken', async () => {
    second = register('taken');
  });
  expect(registered!.factory()).toBe(second);
  expect(registrationOf('taken')).toBe(before);
  expect(instanceOf('taken')).toBe(first);

  replaceBackend('taken', registered!, second!);
  await tf.setBackend('taken');
  expect(tf.backend()).toBe(second);
});

it('a load that rejects does not change the registration of the name', async () => {
  register('standing');
  const before = registrationOf('standing');
  await expect(
    registeredBy('standing', async () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(registrationOf('standing')).toBe(before);
  expect(await registeredBy('absent', async () => {})).toBeUndefined();
  expect(registrationOf('absent')).toBeUndefined();
});
