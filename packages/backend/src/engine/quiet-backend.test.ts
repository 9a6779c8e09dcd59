import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { expect, it, vi } from 'vitest';
import { silenceAdvice } from './quiet-backend.ts';

it('a backend of tfjs-backend-cpu’s class logs advice at its first write unless it is silenced', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const write = (backend: MathBackendCPU) => backend.write(new Float32Array(1), [1], 'float32');
  const loud = new MathBackendCPU();
  expect(loud).toHaveProperty('firstUse', true);
  write(loud);
  expect(warn).toHaveBeenCalledTimes(1);
  const quiet = new MathBackendCPU();
  silenceAdvice(quiet);
  write(quiet);
  expect(warn).toHaveBeenCalledTimes(1);
});
