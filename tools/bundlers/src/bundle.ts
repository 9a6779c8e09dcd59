import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformWithOxc, build as viteBuild } from 'vite';
import webpack from 'webpack';

const folder = fileURLToPath(new URL('..', import.meta.url));
export const programs = join(folder, 'src', 'programs');

/**
 * A production page: its folder, and the modules in its scripts (first those of the page, then those of its worker).
 */
export interface Bundle {
  readonly directory: string;
  readonly modules: readonly string[];
}

/** An empty folder in the package, where bundlers find its dependencies. */
export function emptyFolder(name: string): string {
  const path = join(folder, 'dist', name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

export const html = (script: string) =>
  `<!doctype html><title>train</title><script type="module" src="${script}"></script>`;

/** Bundles with Vite, like `vite build` without a configuration. */
export async function bundleWithVite(program = 'page'): Promise<Bundle> {
  const root = emptyFolder(`vite-${program}`);
  const page = join(programs, `${program}.ts`);
  writeFileSync(join(root, 'index.html'), html('./main.ts'));
  writeFileSync(join(root, 'main.ts'), `import ${JSON.stringify(page)};\n`);
  const modules = new Set<string>();
  await viteBuild({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir: join(root, 'out') },
    plugins: [
      {
        name: 'list-modules',
        generateBundle(_, bundle) {
          for (const chunk of Object.values(bundle)) {
            if (chunk.type === 'chunk') for (const id of chunk.moduleIds) modules.add(id);
          }
        },
      },
    ],
  });
  return { directory: join(root, 'out'), modules: [...modules] };
}

/** Bundles with webpack in production mode. Type annotations are removed in advance, without a plugin. */
export async function bundleWithWebpack(program = 'page'): Promise<Bundle> {
  const root = emptyFolder(`webpack-${program}`);
  for (const name of readdirSync(programs).filter((one) => one.endsWith('.ts'))) {
    const file = join(programs, name);
    const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file);
    const module = code.replaceAll(/(['"])\.\/([\w-]+)\.ts\1/g, "'./$2.mjs'");
    writeFileSync(join(root, name.replace(/\.ts$/, '.mjs')), module);
  }
  const directory = join(root, 'out');
  const compiler = webpack({
    mode: 'production',
    target: 'web',
    context: root,
    entry: `./${program}.mjs`,
    output: { path: directory, filename: 'main.js' },
    performance: { hints: false },
  });
  const stats = await new Promise<webpack.Stats>((resolve, reject) => {
    compiler.run((error, result) => (error || !result ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  if (stats.hasErrors() || stats.hasWarnings())
    throw new Error(stats.toString({ all: false, errors: true, warnings: true }));
  writeFileSync(join(directory, 'index.html'), html('./main.js'));
  const { modules = [] } = stats.toJson({
    all: false,
    modules: true,
    nestedModules: true,
    modulesSpace: 1e6,
    nestedModulesSpace: 1e6,
  });
  const names = modules
    .flatMap((module) => [module, ...(module.modules ?? [])])
    .map(({ name }) => name ?? '');
  return { directory, modules: [...new Set(names)] };
}
