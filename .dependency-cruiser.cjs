// Imports may only point down; docs/ARCHITECTURE.md has a diagram. tools/setup/layers.test.ts checks that each rule
// catches violations.

/** For each package, the other packages that it may import, by name or subpath, and the reason. */
const packages = {
  backend: { imports: [], why: 'The contract depends on tfjs-core alone.' },
  safetensors: { imports: [], why: 'It is a file format, for any program.' },
  onnx: { imports: ['backend'], why: 'ONNX graphs are made of kernels; they know no layers.' },
  'backend-cpu': { imports: ['backend'], why: 'A backend runs kernels; it knows no layers.' },
  'backend-webgpu': { imports: ['backend'], why: 'A backend runs kernels; it knows no layers.' },
  'backend-onnxruntime': {
    imports: ['backend', 'onnx'],
    why: 'A backend runs kernels, here as ONNX graphs; it knows no layers.',
  },
  'backend-testkit': { imports: ['backend'], why: 'What it asks holds for any backend.' },
  nn: {
    imports: ['backend', 'safetensors'],
    why: 'Layers know no optimizer, no concrete backend and nothing that is built from them.',
  },
  optim: { imports: ['backend'], why: 'Optimizers update variables, whatever layer they are of.' },
  data: { imports: ['backend'], why: 'Data hands out tensors and lengths; it knows no layers.' },
  seq2seq: {
    imports: ['backend', 'safetensors', 'nn'],
    why: 'An encoder-decoder is a module; it knows no optimizer, no loop and no data set.',
  },
  train: {
    imports: ['backend', 'safetensors', 'nn', 'optim'],
    why: 'The loop takes any batches and any module; it knows no data set and no kind of model.',
  },
  mpi: { imports: ['backend', 'train'], why: 'It is one Communicator of the training loop.' },
  models: {
    imports: ['backend', 'safetensors', 'nn', 'seq2seq'],
    why: 'A ready model is a module; it knows no optimizer, no training loop and no data set.',
  },
  interop: {
    imports: ['backend', 'safetensors', 'onnx', 'nn', 'optim', 'data', 'seq2seq', 'train', 'models'],
    why: 'It alone knows both layers and ONNX; it names no concrete backend.',
  },
};

/** Matches packages by folder, or by name when the import is not resolved. */
const found = (names) => `(^|/)packages/(${names.join('|')})/|^@unroll/(${names.join('|')})(/|$)`;
const anyOfOurs = '^(packages|apps|tools)/|^@unroll(-apps|-tools)?/';

const packageRules = Object.entries(packages).map(([name, { imports, why }]) => ({
  name: `${name} imports ${imports.length > 0 ? `only ${imports.join(', ')}` : 'no other package'}`,
  comment: why,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { path: anyOfOurs, pathNot: found([name, ...imports]) },
}));

module.exports = {
  forbidden: [
    ...packageRules,
    {
      name: 'every package is in the table of imports',
      comment:
        'A new package says in .dependency-cruiser.cjs what it may import; tools/setup/layers.test.ts tries that rule too.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: `^packages/(${Object.keys(packages).join('|')})/` },
      to: {},
    },
    {
      name: 'safetensors imports nothing at all',
      comment: 'It reads and writes bytes, with a tensor type of its own: no TensorFlow.js, no Node.',
      severity: 'error',
      from: { path: '^packages/safetensors/src/' },
      to: { pathNot: '^packages/safetensors/' },
    },
    {
      name: 'the ONNX format and graph builder import no TensorFlow.js',
      comment:
        'Files and graphs are made without tensors; src/lowering stands between them and kernels. Errors are plain.',
      severity: 'error',
      from: { path: String.raw`^packages/onnx/src/(format/|graph/|model-file\.ts$)` },
      to: {
        path: `@tensorflow/|${found(['backend'])}`,
        pathNot: '^packages/backend/(src|dist)/errors|^@unroll/backend/errors$',
      },
    },
    {
      name: "TensorFlow.js's private modules are imported by packages/backend/src/engine alone",
      comment: 'Each is pinned there by a test; see also noRestrictedImports in biome.json.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: '^packages/backend/src/engine/' },
      to: {
        path: '@tensorflow/[^/]+/dist/',
        pathNot: String.raw`/dist/(index|tf-[a-z-]+(\.node)?)\.(d\.ts|js)$`,
      },
    },
    {
      name: 'packages meet by name',
      comment: 'A relative path into another package goes around what that package exports.',
      severity: 'error',
      from: { path: '^(packages|apps|tools)/([^/]+)/' },
      to: {
        path: '^(packages|apps|tools)/[^/]+/',
        pathNot: ['^$1/$2/', '/dist/', '/node_modules/'],
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'imports make no circle',
      comment: 'Of two files that need each other, a third has what both need. Circles of types count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    // Tests may import anything. Builds are not excluded, because imports of other packages resolve to them.
    exclude: {
      path: [String.raw`\.test\.ts$`, '/generated/', '/assembly/', '/reports/', '/fixtures/'],
    },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.d.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
