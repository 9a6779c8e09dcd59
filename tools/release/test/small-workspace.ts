import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Repository } from './repository.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The files of a workspace, by path. */
export type Files = Record<string, string>;

export interface SmallPackage {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  /** The JavaScript of `dist/index.js`. */
  readonly code: string;
  /** The TypeScript of `dist/index.d.ts`. */
  readonly types: string;
  /** The README's program, and its output. */
  readonly program: string;
  readonly output: string;
  /** Additional fields of `package.json`. */
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

/** Two packages, where `@small/sum` depends on `@small/base`, and a changeset of both. */
export function smallFiles(): Files {
  return {
    'package.json': JSON.stringify({
      name: 'small-workspace',
      private: true,
      devDependencies: { '@changesets/cli': `link:${join(root, 'node_modules', '@changesets', 'cli')}` },
    }),
    '.gitignore': 'node_modules/\ndist/\n',
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

/** A workspace in a temporary folder, which is a repository, and an empty folder beside it. */
export interface SmallWorkspace extends Disposable {
  readonly folder: string;
  readonly scratch: string;
}

export function smallWorkspace(files: Files): SmallWorkspace {
  const repository = new Repository();
  const scratch = mkdtempSync(join(tmpdir(), 'scratch-'));
  repository.write(files);
  repository.commit('Two packages');
  return {
    folder: repository.directory,
    scratch,
    [Symbol.dispose]() {
      repository[Symbol.dispose]();
      rmSync(scratch, { recursive: true });
    },
  };
}
