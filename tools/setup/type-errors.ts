import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const compilerOptions = [
  '--ignoreConfig',
  '--noEmit',
  '--strict',
  '--target',
  'es2022',
  '--lib',
  'es2023,esnext.disposable,dom',
  '--module',
  'nodenext',
  '--skipLibCheck',
  '--types',
  'node',
];

/** What the compiler says of a document's programs, as somebody would compile them who copied them: under `strict`. Empty where all is well. */
export function typeErrors(files: readonly string[], folder: string): string {
  const compiler = fileURLToPath(new URL('node_modules/.bin/tsc', import.meta.url));
  const { stdout } = spawnSync(compiler, [...compilerOptions, ...files], { cwd: folder, encoding: 'utf8' });
  return stdout;
}
