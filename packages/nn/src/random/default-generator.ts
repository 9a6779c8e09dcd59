import { RandomGenerator } from './random-generator.ts';

/** The generator for all code that is not given another one. */
export const defaultGenerator = new RandomGenerator();

/** Seeds the default generator, as `torch.manual_seed`. */
export function manualSeed(seed: number): RandomGenerator {
  return defaultGenerator.manualSeed(seed);
}
