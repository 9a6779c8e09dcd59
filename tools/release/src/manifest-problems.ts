import { exportedPaths, targetFiles } from './manifest.ts';
import type { PackedPackage } from './packed-package.ts';

const FIELDS = ['description', 'license', 'files', 'exports', 'engines', 'keywords'];

/**
 * npm runs these when the package is installed. pnpm leaves `prepare` out of the tarball, but not out of installs from
 * git.
 */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];

/** Checks the required fields of package.json. */
export function manifestProblems({ source, manifest, files }: PackedPackage): string[] {
  const scripts = { ...source.scripts, ...manifest.scripts };
  const exact = Object.entries(source.dependencies ?? {}).filter(
    ([, range]) => range.startsWith('workspace:') && range !== 'workspace:^',
  );
  return [
    ...FIELDS.filter((field) => !manifest[field]).map((field) => `package.json has no ${field}`),
    ...(manifest.publishConfig?.access === 'public'
      ? []
      : ["package.json's publishConfig.access is not public"]),
    ...INSTALL_SCRIPTS.filter((script) => scripts[script]).map(
      (script) => `package.json has a script '${script}', which users' installs would run`,
    ),
    ...(files.includes('binding.gyp')
      ? ["the tarball carries binding.gyp, which users' installs would build"]
      : []),
    ...[...exportedPaths(manifest).keys()]
      .filter((path) => path.includes('*'))
      .map(
        (path) =>
          `package.json's exports['${path}'] is a pattern; name each path, as each is tried and has a budget`,
      ),
    ...exact.map(
      ([name, range]) =>
        `package.json's dependencies ask for ${name} by '${range}'; write 'workspace:^', so that packages of different days share one`,
    ),
  ];
}

/**
 * Every file in `exports` and `imports` must exist; publint checks only some of them. `imports` may also point to
 * packages.
 */
export function targetProblems({ manifest, files }: PackedPackage): string[] {
  const entries = [
    ...[...exportedPaths(manifest)].map(([path, target]) => [`exports['${path}']`, target] as const),
    ...Object.entries(manifest.imports ?? {}).map(
      ([path, target]) => [`imports['${path}']`, target] as const,
    ),
  ];
  return entries.flatMap(([where, target]) =>
    targetFiles(target)
      .filter((file) => where.startsWith('exports') || file.startsWith('./'))
      .filter((file) => !files.some((each) => matches(file, `./${each}`)))
      .map((file) => `package.json's ${where} leads to ${file}, which the tarball lacks`),
  );
}

/** Whether a file matches a target. A target has at most one `*`. */
function matches(target: string, file: string): boolean {
  const [start = '', end] = target.split('*');
  return end === undefined ? file === target : file.startsWith(start) && file.endsWith(end);
}
