import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it, vi } from 'vitest';
import { fake } from '../../test/fake-backend.ts';
import { useBackend } from './use-backend.ts';

it('useBackend that is not awaited warns of tensors that were made before it had ended', async () => {
  expect(tf.getBackend()).toBeUndefined();
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const loading = useBackend(fake('late'));
  tf.scalar(1).dispose();
  await loading;
  const told = warn.mock.calls
    .map(([message]) => message as string)
    .filter((text) => text.startsWith('useBackend'));
  expect(told).toEqual([
    "useBackend: tensors were made before late was loaded, and TensorFlow.js ran them on 'cpu'. Write await useBackend(…) before the first of them.",
  ]);
  await useBackend(fake('later'));
  expect(warn.mock.calls.filter(([text]) => String(text).startsWith('useBackend'))).toHaveLength(1);
  warn.mockRestore();
});
