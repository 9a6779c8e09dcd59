// Imports point down only: docs/ARCHITECTURE.md has the picture. tools/setup/layers.test.ts shows that each rule catches.

/** Where a package is found: by its folder, or by its name where the import is not resolved. */
const to = (names) => `(^|/)packages/(${names})/|^@unroll/(${names})(/|$)`;
const concreteBackends = 'backend-cpu|backend-webgpu|backend-onnxruntime';
const layers = 'nn|optim|seq2seq|data|train|interop';

module.exports = {
  forbidden: [
    {
      name: 'contract-at-the-bottom',
      comment: 'The contract depends on tfjs-core alone.',
      severity: 'error',
      from: { path: '^packages/backend/src' },
      to: { path: to(`${concreteBackends}|backend-testkit|onnx|${layers}`) },
    },
    {
      name: 'backend-imports-no-layers',
      comment: 'A backend runs kernels; it knows no layers.',
      severity: 'error',
      from: { path: '^packages/backend-[^/]+/src' },
      to: { path: to(layers) },
    },
    {
      name: 'onnx-knows-no-layers',
      comment: 'ONNX graphs are made of kernels; backends stand on them.',
      severity: 'error',
      from: { path: '^packages/onnx/src' },
      to: { path: to(layers) },
    },
    {
      name: 'no-concrete-backend',
      comment: 'Only apps and tools choose a backend.',
      severity: 'error',
      from: { path: `^packages/(${layers}|onnx|backend-testkit)/src` },
      to: { path: to(concreteBackends) },
    },
    {
      name: 'nn-below-optim',
      comment: 'Layers know nothing of optimizers or of what is built from both.',
      severity: 'error',
      from: { path: '^packages/nn/src' },
      to: { path: to('optim|seq2seq|data|train|interop|onnx') },
    },
    {
      name: 'optim-beside-nn',
      comment: 'Optimizers update variables, whatever layer they are of.',
      severity: 'error',
      from: { path: '^packages/optim/src' },
      to: { path: to('nn|seq2seq|data|train|interop|onnx') },
    },
    {
      name: 'no-way-into-another-package',
      comment: 'Packages meet by name, at their index.',
      severity: 'error',
      from: { path: '^(packages|apps|tools)/([^/]+)/' },
      to: {
        path: '^(packages|apps|tools)/[^/]+/',
        pathNot: ['^$1/$2/', '/dist/', '/node_modules/'],
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'tools-are-not-published',
      severity: 'error',
      from: { path: '^packages/[^/]+/src' },
      to: { path: '^tools/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: { pathNot: '/dist/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    // Tests may reach for what they need.
    exclude: {
      path: [String.raw`\.test\.ts$`, '/dist/', '/generated/', '/assembly/', '/reports/', '/fixtures/'],
    },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.d.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
