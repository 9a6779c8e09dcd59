import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../src/command.ts';
import { commitAll } from '../src/release-copy.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The files of a workspace, by path. */
export type Files = Record<string, string>;

export interface SmallPackage {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  /** JavaScript of `dist/index.js`. */
  readonly code: string;
  /** TypeScript of `dist/index.d.ts`. */
  readonly types: string;
  /** The README's program, and what it prints. */
  readonly program: string;
  readonly output: string;
  /** What else `package.json` has. */
  readonly manifest?: object;
}

/** The files of a package of a small workspace. */
export function packageFiles({
  name,
  dependencies,
  code,
  types,
  program,
  output,
  manifest: more,
}: SmallPackage): Files {
  const folder = `packages/${name.split('/')[1]}`;
  const manifest = {
    name,
    version: '0.0.0',
    license: 'Apache-2.0',
    type: 'module',
    files: ['dist'],
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    publishConfig: { access: 'public' },
    dependencies,
    ...more,
  };
  return {
    [`${folder}/package.json`]: JSON.stringify(manifest),
    [`${folder}/dist/index.js`]: code,
    [`${folder}/dist/index.d.ts`]: types,
    [`${folder}/README.md`]: `\`\`\`sh\nnpm install ${name}\n\`\`\`\n\n\`\`\`ts\n${program}\`\`\`\n\n\`\`\`text\n${output}\`\`\`\n`,
  };
}

/** Two packages, of which `@small/sum` stands on `@small/base`, and a changeset of both. */
export function smallFiles(): Files {
  return {
    'package.json': JSON.stringify({
      name: 'small-workspace',
      private: true,
      devDependencies: { '@changesets/cli': `link:${join(root, 'node_modules', '@changesets', 'cli')}` },
    }),
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    '.gitignore': 'node_modules/\ndist/\n',
    '.changeset/config.json': JSON.stringify({
      changelog: '@changesets/cli/changelog',
      access: 'public',
      baseBranch: 'main',
      updateInternalDependencies: 'patch',
    }),
    '.changeset/first.md': "---\n'@small/base': minor\n'@small/sum': minor\n---\n\nBegins.\n",
    ...packageFiles({
      name: '@small/base',
      code: 'export const one = 1;\n',
      types: 'export declare const one: number;\n',
      program: "import { one } from '@small/base';\n\nconsole.log(one);\n",
      output: '1\n',
    }),
    ...packageFiles({
      name: '@small/sum',
      dependencies: { '@small/base': 'workspace:^' },
      code: "import { one } from '@small/base';\nexport const add = (a, b) => a + b + one - one;\n",
      types: 'export declare const add: (a: number, b: number) => number;\n',
      program: "import { add } from '@small/sum';\n\nconst sum: number = add(1, 2);\nconsole.log(sum);\n",
      output: '3\n',
    }),
  };
}

/** Writes a workspace to a new folder, as a repository of its own, and installs it. */
export async function smallWorkspace(
  files: Files,
): Promise<AsyncDisposable & { readonly folder: string; readonly scratch: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'small-workspace-'));
  const workspace = join(folder, 'workspace');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  await command('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: workspace });
  await commitAll(workspace, 'Begin');
  return {
    folder: workspace,
    scratch: join(folder, 'scratch'),
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
}
