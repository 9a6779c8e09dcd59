import type { Variable } from '@tensorflow/tfjs-core';
import type { Case } from '@unroll/backend-testkit/torch';
import type { Module } from '@unroll/nn';
import { inputTensor } from './fixture.ts';

/**
 * Loads a case's parameters into a module by PyTorch's state-dict keys, strictly: a key that either side lacks is an error.
 *
 * @returns the parameters by key
 */
export function loadDrawnParameters(module: Module, testCase: Case): Record<string, Variable> {
  const saved = Object.fromEntries(
    Object.keys(testCase.inputs)
      .filter((name) => !INPUTS.has(name))
      .map((name) => [name, inputTensor(name, testCase)]),
  );
  // PyTorch names a parameter that layers share once, a state dict under each of its keys.
  const shared = Object.keys(module.stateDict()).length - [...module.namedParameters()].length;
  const { missingKeys } = module.loadStateDict(saved, { strict: shared === 0 });
  if (missingKeys.length !== shared)
    throw new Error(`${testCase.name}: has no values for ${missingKeys.join(', ')}`);
  for (const tensor of Object.values(saved)) tensor.dispose();
  return Object.fromEntries(module.namedParameters());
}

/** What goes into `forward`; all else that a case draws is a parameter. */
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
