// The words of errors, one home for all packages: what options, shapes, dtypes, indices and values have to be.

export { checkIndices, type IndexRange } from './checks/indices.ts';
export * as kind from './checks/kinds.ts';
export { checkNames, checkOptions, checkValue, type OptionKinds } from './checks/options.ts';
export { shown } from './checks/shown.ts';
export { checkDtype, checkShape } from './checks/tensors.ts';
export { checkValues, valuesAtHand } from './checks/values-at-hand.ts';
