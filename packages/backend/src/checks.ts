// Error wording for all packages: the checks of options, shapes, dtypes, indices and values.

export { isDevelopment } from './checks/development.ts';
export { disposedFault, noteDisposal } from './checks/disposal.ts';
export { checkIndices } from './checks/indices.ts';
export * as kind from './checks/kinds.ts';
export { messageOf } from './checks/message-of.ts';
export {
  checkEach,
  checkNames,
  checkOptions,
  checkValue,
  faultOf,
  type OptionKinds,
} from './checks/options.ts';
export { sameShape } from './checks/same-shape.ts';
export { shapeText } from './checks/shape-text.ts';
export { shown } from './checks/shown.ts';
export {
  checkDtype,
  checkExactShape,
  checkFeatures,
  checkRank,
  checkRankAtLeast,
  checkSteps,
  checkVariable,
} from './checks/tensors.ts';
export { valuesAtHand } from './checks/values-at-hand.ts';
