import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the layer rules on a workspace of the given files, each a package's source. */
function cruise(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  cpSync(join(root, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'));
  const packages = new Set(Object.keys(files).map((file) => file.split('/').slice(0, 2).join('/')));
  mkdirSync(join(folder, 'node_modules', '@unroll'), { recursive: true });
  for (const path of packages) {
    const name = path.split('/')[1]!;
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(
      join(folder, path, 'package.json'),
      JSON.stringify({ name: `@unroll/${name}`, type: 'module', exports: { '.': './src/index.ts' } }),
    );
    symlinkSync(join(folder, path), join(folder, 'node_modules', '@unroll', name));
  }
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  }
  const depcruise = join(root, 'node_modules', '.bin', 'depcruise');
  const result = spawnSync(depcruise, ['--config', '.dependency-cruiser.cjs', 'packages'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return result.stdout + result.stderr;
}

const empty = 'export {};\n';

describe('the layer rules', () => {
  it.each([
    [
      'a backend that imports nn',
      'backend-imports-no-layers',
      'packages/backend-cpu/src/index.ts',
      '@unroll/nn',
      'packages/nn/src/index.ts',
    ],
    [
      'nn that imports a concrete backend',
      'no-concrete-backend',
      'packages/nn/src/index.ts',
      '@unroll/backend-cpu',
      'packages/backend-cpu/src/index.ts',
    ],
    [
      'the contract that imports a layer',
      'contract-at-the-bottom',
      'packages/backend/src/index.ts',
      '@unroll/nn',
      'packages/nn/src/index.ts',
    ],
    [
      'onnx that imports a layer',
      'onnx-knows-no-layers',
      'packages/onnx/src/index.ts',
      '@unroll/nn',
      'packages/nn/src/index.ts',
    ],
    [
      'nn that imports optim',
      'nn-below-optim',
      'packages/nn/src/index.ts',
      '@unroll/optim',
      'packages/optim/src/index.ts',
    ],
  ])('catch %s', (_, rule, file, imported, target) => {
    const report = cruise({ [file]: `import '${imported}';\n`, [target]: empty });
    expect(report).toContain(rule);
  });

  it('catch a relative way into another package, and a circle', () => {
    const report = cruise({
      'packages/nn/src/index.ts': "import '../../backend/src/index.ts';\nimport './a.ts';\n",
      'packages/nn/src/a.ts': "import './b.ts';\n",
      'packages/nn/src/b.ts': "import './a.ts';\n",
      'packages/backend/src/index.ts': empty,
    });
    expect(report).toContain('no-way-into-another-package');
    expect(report).toContain('no-circular');
  });

  it('allow imports that point down', () => {
    const report = cruise({
      'packages/nn/src/index.ts': "import '@unroll/backend';\n",
      'packages/optim/src/index.ts': "import '@unroll/backend';\n",
      'packages/backend/src/index.ts': empty,
    });
    expect(report).toContain('no dependency violations found');
  });
});
