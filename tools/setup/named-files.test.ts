import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namesIn, whyMissing } from './named-files.ts';
import { repositoryFiles, root } from './repository-files.ts';

describe('file names', () => {
  it('are taken from comments, not from code or strings', () => {
    const text = [
      "import { a } from './a.ts'; // as b.ts does",
      "const path = 'c.ts // d.ts';",
      '/** See src/e.test.ts,',
      ' * and `scripts/f.mjs`. */',
      'const template = `// g.ts`;',
    ].join('\n');
    expect(namesIn('packages/x/src/x.ts', text)).toEqual(['b.ts', 'src/e.test.ts', 'scripts/f.mjs']);
  });

  it('are taken from Python’s comments and docstrings', () => {
    const text = '"""Written by a.py."""\nopen("b.json")  # read by c.ts\n';
    expect(namesIn('tools/x/x.py', text)).toEqual(['a.py', 'c.ts']);
  });

  it('are taken from a document’s prose and commands, with folders, but not from programs or addresses', () => {
    const text = [
      'See `src/a.ts`, `assembly/`, [b](docs/b.md) and https://example.org/c.md.',
      '```sh\npython3 python/d.py\n```',
      "```ts\nimport './e.ts';\n```",
      'Builds land in `dist/` and src/generated/f.ts; index.ts only exports.',
    ].join('\n');
    expect(namesIn('packages/x/README.md', text)).toEqual([
      'src/a.ts',
      'docs/b.md',
      'python/d.py',
      'assembly/',
    ]);
  });

  const files = [
    'docs/b.md',
    'packages/x/src/deep/a.ts',
    'packages/x/src/c.ts',
    'packages/y/src/c.ts',
    'packages/y/src/only.ts',
  ];

  it.each([
    ['a.ts', 'packages/x/src/deep/z.ts'],
    ['../c.ts', 'packages/x/src/deep/z.ts'],
    ['src/c.ts', 'packages/x/src/deep/z.ts'],
    ['deep/a.ts', 'packages/x/README.md'],
    ['docs/b.md', 'packages/x/src/c.ts'],
    ['packages/*/src/c.ts', 'docs/b.md'],
    ['only.ts', 'packages/x/src/c.ts'],
    ['src/deep/', 'packages/x/README.md'],
  ])('are found: %s in %s', (name, namedIn) => {
    expect(whyMissing(name, namedIn, files)).toBeUndefined();
  });

  it('without a file, or with several, are reported', () => {
    expect(whyMissing('gone.ts', 'packages/x/src/c.ts', files)).toBe('no file has this name');
    expect(whyMissing('src/gone/', 'packages/x/src/c.ts', files)).toBe('no folder has this name');
    expect(whyMissing('c.ts', 'docs/b.md', files)).toBe(
      'it may be any of packages/x/src/c.ts, packages/y/src/c.ts; write more of its path',
    );
  });
});

it('files in comments and documents exist', () => {
  const files = repositoryFiles();
  const missing = files.flatMap((file) =>
    namesIn(file, readFileSync(join(root, file), 'utf8')).flatMap((name) => {
      const why = whyMissing(name, file, files);
      return why ? [`${file} names ${name}: ${why}`] : [];
    }),
  );
  expect(missing).toEqual([]);
});
