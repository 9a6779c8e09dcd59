// Checks the package in the working directory as npm would publish it: the house's rules, publint, and attw on its tarball.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const directory = process.cwd();
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
/** @type {string[]} */
const problems = [];

for (const field of ['description', 'license', 'files', 'exports', 'engines', 'keywords']) {
  if (!manifest[field]) problems.push(`package.json has no ${field}`);
}
if (manifest.publishConfig?.access !== 'public')
  problems.push("package.json's publishConfig.access is not public");
for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
  if (manifest.scripts?.[script])
    problems.push(`package.json has a script '${script}', which users' installs would run`);
}
if (!existsSync('README.md')) problems.push('there is no README.md');
else if (!/```ts\n/.test(readFileSync('README.md', 'utf8')))
  problems.push('README.md has no example in a ts block');

const folder = mkdtempSync(join(tmpdir(), 'package-check-'));
try {
  execFileSync('pnpm', ['pack', '--pack-destination', folder], { stdio: 'pipe' });
  const tarball = join(folder, /** @type {string} */ (readdirSync(folder)[0]));
  const listing = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).split('\n');
  for (const file of [
    'package/README.md',
    'package/LICENSE',
    'package/dist/index.js',
    'package/dist/index.d.ts',
  ]) {
    if (!listing.includes(file)) problems.push(`the tarball lacks ${file}`);
  }
  for (const file of listing) {
    if (/\.test\.|\.tsbuildinfo$|^package\/src\//.test(file)) problems.push(`the tarball carries ${file}`);
  }

  const { messages, pkg } = await publint({ pkgDir: directory, pack: 'pnpm', strict: true });
  for (const message of messages) problems.push(`publint: ${formatMessage(message, pkg, { color: false })}`);

  const attw = fileURLToPath(new URL('node_modules/.bin/attw', import.meta.url));
  try {
    execFileSync(attw, [tarball, '--profile', 'esm-only', '--no-color'], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    problems.push(`attw:\n${/** @type {{ stdout: string }} */ (error).stdout}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

for (const problem of problems) console.error(`${manifest.name}: ${problem}`);
if (problems.length === 0) console.log(`${manifest.name}: fit to be published`);
process.exitCode = problems.length > 0 ? 1 : 0;
