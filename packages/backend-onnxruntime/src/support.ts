import { nameOf } from './execution/providers.ts';
import type { OnnxruntimeOptions } from './options.ts';
import type { Runtime } from './runtime/runtime.ts';

/** Why the runtime cannot serve the options; undefined where it can. */
export function whyUnsupported(options: OnnxruntimeOptions, runtime: Runtime): string | undefined {
  if (options.profile && !runtime.traces)
    return `${runtime.packageName} writes no profile; leave out the option profile`;
  if (typeof options.dumpGraph === 'string' && !runtime.writeFile) {
    return 'there is no file system here; give the option dumpGraph a function';
  }
  return missingProvider(options, runtime);
}

function missingProvider(
  { executionProviders }: OnnxruntimeOptions,
  { packageName, providers }: Runtime,
): string | undefined {
  const available = providers();
  const missing = executionProviders?.map(nameOf).find((name) => !available.includes(name));
  return (
    missing &&
    `the installed ${packageName} has no execution provider '${missing}'; it has ${available.join(', ')}`
  );
}
