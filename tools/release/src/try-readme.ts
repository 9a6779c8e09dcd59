import type { Consumer } from './consumer.ts';
import { importPaths } from './manifest.ts';
import type { PublicPackage } from './public-packages.ts';
import { ReadmeUser } from './readme-user.ts';
import type { TrialRuntimes, Trials } from './trials.ts';

const compilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable', 'dom'],
  types: [],
};

/** How a user's project resolves modules: like Node or like bundlers. Only Node has CommonJS files. */
const resolutions = [
  { name: 'as Node', options: { module: 'nodenext' }, files: ['program.ts', 'imports.ts', 'imports.cts'] },
  {
    name: 'as bundlers',
    options: { module: 'esnext', moduleResolution: 'bundler' },
    files: ['program.ts', 'imports.ts'],
  },
];

/**
 * Installs a package in an empty folder as its README says, runs the README's program with `import` and with `require`,
 * and type-checks it and all import paths under `strict`.
 *
 * @param names all packages of the workspace; each may be installed at most once, and must have types without errors
 */
export async function tryReadme(
  used: PublicPackage,
  consumer: Consumer,
  names: readonly string[],
  { nodes, compilers }: Pick<TrialRuntimes, 'nodes' | 'compilers'>,
  trials: Trials,
): Promise<void> {
  const { name } = used.manifest;
  const { installer } = consumer;
  const user = new ReadmeUser(used, consumer);
  const installed = await trials.attempt(name, [installer, 'installed as its README says'], () =>
    user.install(names),
  );
  if (!installed) return;

  for (const node of nodes) {
    for (const way of ['import', 'require'] as const) {
      await trials.attempt(name, [installer, node.name, way], () => user.run(node, way));
    }
  }

  const paths = importPaths(used.manifest);
  const lines = (line: (path: string, i: number) => string) => paths.map(line).join('\n');
  consumer.write(
    'imports.ts',
    lines((path, i) => `export * as path${i} from '${path}';`),
  );
  consumer.write(
    'imports.cts',
    lines((path, i) => `import path${i} = require('${path}');\nvoid path${i};`),
  );
  for (const compiler of compilers) {
    for (const { name: resolution, options, files } of resolutions) {
      await trials.attempt(name, [installer, compiler.name, resolution], async () => {
        const settings = { compilerOptions: { ...compilerOptions, ...options }, files };
        consumer.write('tsconfig.json', JSON.stringify(settings));
        const errors = await consumer.typeErrors(compiler, names);
        if (errors.length > 0) throw new Error(errors.join('\n'));
      });
    }
  }
}
