/** Arguments of PyTorch that nothing here needs, and why. A layer that lacks no other has all. */
export const needless: Readonly<Record<string, string>> = {
  device: 'the current backend is where tensors are: `useBackend`',
  dtype: 'numbers are float32',
  inplace: 'tensors do not change',
  size_average: 'deprecated in PyTorch; `reduction` says it',
  reduce: 'deprecated in PyTorch; `reduction` says it',
  min_value: 'deprecated in PyTorch; `minVal` says it',
  max_value: 'deprecated in PyTorch; `maxVal` says it',
  foreach: 'chooses one of PyTorch’s implementations of the same numbers',
  fused: 'chooses one of PyTorch’s implementations of the same numbers',
  capturable: 'is for CUDA’s graphs; `compile` needs no option',
  verbose: 'deprecated in PyTorch; print the rate, `optimizer.paramGroups[0].lr`',
};

/** Arguments that come by themselves, before the options. */
export const positional: readonly string[] = [
  'params',
  'optimizer',
  'args',
  'modules',
  'values',
  'schedulers',
];
