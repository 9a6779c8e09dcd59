import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { type BuildOptions, build } from 'esbuild';
import type { JasmineCore } from './jasmine-core.ts';
import type { RegisterSpecs, SpecSources } from './spec-run.ts';

const entry = `
  exports.registerSpecs = (testEnvs) => {
    require('@tensorflow/tfjs-core/dist/index.js');
    require('@tensorflow/tfjs-core/dist/register_all_gradients.js');
    require('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js');
    require('@tensorflow/tfjs-core/dist/jasmine_util.js').setTestEnvs(testEnvs);
    require('@tensorflow/tfjs-core/dist/tests.js');
  };
`;

/**
 * The specs that the installed tfjs-core contains, as one script. They need bundling because Node cannot load
 * tfjs-core's modules one by one (their imports lack extensions). The bundle contains a second copy of tfjs-core. Both
 * copies share the engine, the environment and the kernel registry, because these are process-wide.
 */
async function bundle(contents: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    // The specs import each other for side effects, but tfjs-core's package.json declares that there are none.
    ignoreAnnotations: true,
    mainFields: ['module', 'main'],
    logLevel: 'error',
    ...options,
  });
  return outputFiles![0]!.text;
}

/** The specs for this process. */
export async function loadSpecs(): Promise<SpecSources> {
  const text = await bundle(entry, {
    format: 'cjs',
    platform: 'node',
    target: `node${process.versions.node}`,
    external: ['jasmine-core', 'node-fetch'],
  });
  const script = compileFunction(text, ['exports', 'require'], { filename: 'tfjs-core-specs.cjs' });
  const exported: { registerSpecs?: RegisterSpecs } = {};
  const require = createRequire(import.meta.url);
  script(exported, require);
  return { jasmineCore: require('jasmine-core') as JasmineCore, registerSpecs: exported.registerSpecs! };
}

/** The specs for a page: a script that puts them into `tfjsCoreSpecs`, for `collectSpecs` there. */
export function specsScript(): Promise<string> {
  const jasmine = `exports.jasmineCore = require('jasmine-core/lib/jasmine-core/jasmine.js');`;
  return bundle(entry + jasmine, {
    format: 'iife',
    globalName: 'tfjsCoreSpecs',
    platform: 'browser',
    // jasmine takes its timers from `global`.
    define: { global: 'globalThis' },
  });
}
