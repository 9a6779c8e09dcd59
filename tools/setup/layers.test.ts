import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const config = join(root, '.dependency-cruiser.cjs');
const tensorflow = join(root, 'packages', 'backend', 'node_modules', '@tensorflow');
const { forbidden } = createRequire(import.meta.url)(config) as {
  forbidden: { name: string; comment: string }[];
};

/** The packages of docs/ARCHITECTURE.md, and future ones. */
const packages = [
  ...['backend', 'backend-cpu', 'backend-webgpu', 'backend-onnxruntime', 'backend-testkit'],
  ...['safetensors', 'onnx', 'nn', 'optim', 'data', 'seq2seq', 'train', 'mpi', 'models', 'interop'],
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

const nameIn = (path: string) => path.split('/')[1]!;

/**
 * Runs the rules on a workspace with these files. Each package of the files also has an index and a build, to which
 * imports by its name resolve. TensorFlow.js is installed.
 */
function violations(files: Readonly<Record<string, string>>): Violation[] {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    cpSync(config, join(folder, '.dependency-cruiser.cjs'));
    mkdirSync(join(folder, 'node_modules', '@unroll'), { recursive: true });
    symlinkSync(tensorflow, join(folder, 'node_modules', '@tensorflow'));
    for (const name of new Set(Object.keys(files).map(nameIn))) {
      const path = join(folder, 'packages', name);
      for (const kind of ['src', 'dist']) mkdirSync(join(path, kind), { recursive: true });
      const exports = { '.': './dist/index.js', './part': './dist/part.js' };
      writeFileSync(
        join(path, 'package.json'),
        JSON.stringify({ name: `@unroll/${name}`, type: 'module', exports }),
      );
      for (const file of ['src/index.ts', 'src/part.ts', 'dist/index.js', 'dist/part.js'])
        writeFileSync(join(path, file), 'export {};\n');
      symlinkSync(path, join(folder, 'node_modules', '@unroll', name));
    }
    for (const [file, source] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), source);
    }
    const depcruise = join(root, 'node_modules', '.bin', 'depcruise');
    const { stdout, stderr } = spawnSync(
      depcruise,
      ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages'],
      { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
    );
    if (!stdout.startsWith('{')) throw new Error(stderr);
    return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A workspace in which every package imports every other. */
const everyImport = Object.fromEntries(
  packages.flatMap((from) =>
    packages
      .filter((to) => to !== from)
      .map((to) => [`packages/${from}/src/to-${to}.ts`, `import '@unroll/${to}';\n`]),
  ),
);

const found = violations(everyImport);
const refused = new Set(found.map(({ from }) => `${nameIn(from)} → ${/to-(.*)\.ts$/.exec(from)![1]}`));
const isRefused = (from: string, to: string) => refused.has(`${from} → ${to}`);
const importersOf = (to: string) => packages.filter((from) => from !== to && !isRefused(from, to));

describe('the rules on imports between packages', () => {
  // apps → interop → models → seq2seq · train · data · mpi → nn · optim → onnx · safetensors → backend
  it.each([
    ['backend', []],
    ['safetensors', []],
    ['onnx', ['backend']],
    ['backend-cpu', ['backend']],
    ['backend-webgpu', ['backend']],
    ['backend-onnxruntime', ['backend', 'onnx']],
    ['backend-testkit', ['backend']],
    ['nn', ['backend', 'safetensors']],
    ['optim', ['backend']],
    ['data', ['backend']],
    ['seq2seq', ['backend', 'safetensors', 'nn']],
    ['train', ['backend', 'safetensors', 'nn', 'optim']],
    ['mpi', ['backend', 'train']],
    ['models', ['backend', 'safetensors', 'nn', 'seq2seq']],
    ['interop', ['backend', 'safetensors', 'onnx', 'nn', 'optim', 'data', 'seq2seq', 'train', 'models']],
  ])('let %s import only %j', (from, allowed) => {
    expect(packages.filter((to) => to !== from && !isRefused(from, to)).sort()).toEqual([...allowed].sort());
  });

  it('let only interop import both layers and ONNX', () => {
    expect(importersOf('onnx').filter((name) => importersOf('nn').includes(name))).toEqual(['interop']);
  });

  it('let no package import a concrete backend or the testkit', () => {
    for (const name of packages.filter((each) => each.startsWith('backend-'))) {
      expect(importersOf(name)).toEqual([]);
    }
  });

  it('catch an import of a subpath, a type-only import, and an unresolved import', () => {
    const caught = violations({
      'packages/backend-cpu/src/subpath.ts': "import '@unroll/nn/part';\n",
      'packages/nn/src/types.ts': "export type * from '@unroll/optim';\n",
      'packages/optim/src/unresolved.ts': "import '@unroll/nowhere/part';\nimport '@unroll-tools/setup';\n",
    });
    expect(caught.map(({ from }) => from).sort()).toEqual([
      'packages/backend-cpu/src/subpath.ts',
      'packages/nn/src/types.ts',
      'packages/optim/src/unresolved.ts',
      'packages/optim/src/unresolved.ts',
    ]);
  });
});

const others: Readonly<Record<string, { wrong: Record<string, string>; right: Record<string, string> }>> = {
  'every package is in the table of imports': {
    wrong: { 'packages/speech/src/index.ts': "import 'node:fs';\n" },
    right: { 'packages/nn/src/index.ts': "import 'node:fs';\n" },
  },
  'safetensors imports nothing at all': {
    wrong: { 'packages/safetensors/src/index.ts': "import 'node:fs';\n" },
    right: { 'packages/safetensors/src/index.ts': "import './part.ts';\n" },
  },
  'the ONNX format and graph builder import no TensorFlow.js': {
    wrong: { 'packages/onnx/src/graph/a.ts': "import '@tensorflow/tfjs-core';\n" },
    right: { 'packages/onnx/src/lowering/a.ts': "import '@tensorflow/tfjs-core';\n" },
  },
  "TensorFlow.js's private modules are imported by packages/backend/src/engine alone": {
    wrong: { 'packages/backend/src/choice/a.ts': "import '@tensorflow/tfjs-core/dist/engine.js';\n" },
    right: {
      'packages/backend/src/engine/a.ts': "import '@tensorflow/tfjs-core/dist/engine.js';\n",
      'packages/nn/src/a.ts': "import '@tensorflow/tfjs-core';\nimport '@tensorflow/tfjs-backend-cpu';\n",
    },
  },
  'packages meet by name': {
    wrong: {
      'packages/nn/src/index.ts': "import '../../backend/src/index.ts';\n",
      'packages/backend/src/part.ts': 'export {};\n',
    },
    right: {
      'packages/nn/src/index.ts': "import '@unroll/backend/part';\n",
      'packages/backend/src/part.ts': 'export {};\n',
    },
  },
  'imports make no circle': {
    wrong: {
      'packages/nn/src/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;\n",
      'packages/nn/src/b.ts': "import type { A } from './a.ts';\nexport type B = A | 2;\n",
    },
    right: {
      'packages/nn/src/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;\n",
      'packages/nn/src/b.ts': 'export type B = 2;\n',
    },
  },
};

describe('the other rules', () => {
  it.each(Object.entries(others))(
    'report "%s" for violations, and for nothing else',
    (rule, { wrong, right }) => {
      expect(new Set(violations(wrong).map(({ rule: { name } }) => name))).toContain(rule);
      expect(violations(right)).toEqual([]);
    },
  );
});

it('every rule is tested above with a violation, and gives its reason', () => {
  const tried = new Set([...found.map(({ rule: { name } }) => name), ...Object.keys(others)]);
  expect(forbidden.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  for (const { comment } of forbidden) expect(comment).toMatch(/\.$/);
});
