import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { wrongCalls } from './wrong-calls.ts';
import { wrongTrainingCalls } from './wrong-training-calls.ts';

beforeAll(() => useBackend(cpu()));

async function errorOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    // Variables are numbered in the order of their creation.
    return (error as Error).message.replace(/variable \d+/, 'variable {name}');
  }
  return 'no error';
}

describe('a wrong call names the argument, what was expected and what was given', () => {
  it.each([...wrongCalls, ...wrongTrainingCalls])('%s', async (_, call, message) => {
    expect(await errorOf(call)).toBe(message);
  });
});
