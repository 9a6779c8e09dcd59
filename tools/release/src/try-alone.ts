import type { Consumer } from './consumer.ts';
import { importPaths, type Manifest } from './manifest.ts';
import type { Runtime } from './runtimes.ts';
import type { Trials } from './trials.ts';

const show = 'console.log(JSON.stringify(all.map((each) => Object.keys(each).sort())));\n';

/**
 * Installs only one package in an empty folder, and loads each of its import paths with `import` and with `require`.
 */
export async function tryAlone(
  manifest: Manifest,
  consumer: Consumer,
  nodes: readonly Runtime[],
  trials: Trials,
): Promise<void> {
  const { name } = manifest;
  const { installer } = consumer;
  const installed = await trials.attempt(name, [installer, 'installed alone'], () =>
    consumer.install([name]),
  );
  if (!installed) return;

  const paths = importPaths(manifest);
  const imports = paths.map((path, i) => `import * as path${i} from '${path}';\n`).join('');
  consumer.write(
    'imports.mjs',
    `${imports}const all = [${paths.map((_, i) => `path${i}`).join(', ')}];\n${show}`,
  );
  const requires = paths.map((path) => `require('${path}')`).join(', ');
  consumer.write('imports.cjs', `const all = [${requires}];\n${show}`);
  for (const node of nodes) {
    let imported = '';
    await trials.attempt(name, [installer, node.name, 'import alone'], async () => {
      imported = await consumer.run(node, 'imports.mjs');
    });
    await trials.attempt(name, [installer, node.name, 'require alone'], async () => {
      const required = await consumer.run(node, 'imports.cjs');
      if (required !== imported) throw new Error(`require gives ${required}import gives ${imported}`);
    });
  }
}
