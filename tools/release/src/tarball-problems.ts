import type { PackedPackage } from './packed-package.ts';

const NEEDED = ['README.md', 'LICENSE'];
const UNWANTED = /\.test\.|\.tsbuildinfo$|^src\/|^test\//;

/** Checks the files that every tarball must contain. */
export function tarballProblems({ files }: PackedPackage): string[] {
  return [
    ...NEEDED.filter((file) => !files.includes(file)).map((file) => `the tarball lacks ${file}`),
    ...files.filter((file) => UNWANTED.test(file)).map((file) => `the tarball carries ${file}`),
  ];
}
