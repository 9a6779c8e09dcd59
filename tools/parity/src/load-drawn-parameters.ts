import type { Variable } from '@tensorflow/tfjs-core';
import type { Case } from '@unroll/backend-testkit/torch';
import type { Module } from '@unroll/nn';
import { inputTensor } from './fixture.ts';

/**
 * Loads a case's parameters into a module by PyTorch's state dict keys, strictly: a missing key on either side is an
 * error.
 *
 * @returns the parameters by key
 */
export function loadDrawnParameters(module: Module, testCase: Case): Record<string, Variable> {
  const saved = Object.fromEntries(
    Object.keys(testCase.inputs)
      .filter((name) => !INPUTS.has(name))
      .map((name) => [name, inputTensor(name, testCase)]),
  );
  // PyTorch lists a parameter that layers share once, and a state dict lists it under each of its keys.
  const shared = Object.keys(module.stateDict()).length - [...module.namedParameters()].length;
  const { missingKeys } = module.loadStateDict(saved, { strict: shared === 0 });
  if (missingKeys.length !== shared)
    throw new Error(`${testCase.name}: has no values for ${missingKeys.join(', ')}`);
  for (const tensor of Object.values(saved)) tensor.dispose();
  return Object.fromEntries(module.namedParameters());
}

/** The arguments of `forward`. All other drawn values of a case are parameters. */
const INPUTS: ReadonlySet<string> = new Set([
  'input',
  'before',
  'indices',
  'h_0',
  'c_0',
  'source',
  'target',
  'query',
  'key',
  'value',
  'keyPaddingMask',
  'attnMask',
]);
