import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';

/** What a backend is called and able to do, in the words of tfjs-core's `jasmine_util`. */
export interface TestEnv {
  name: string;
  backendName: string;
  isDataSync: boolean;
  flags: Readonly<Record<string, number | boolean>>;
}

/** Registers the specs with the global `describe` and `it`, once for the environments given and once for each without one. */
export type RegisterSpecs = (testEnvs: readonly TestEnv[]) => void;

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
 * The specs that the installed tfjs-core ships, as one script. They need bundling, because Node cannot load tfjs-core's
 * modules one by one (their imports lack extensions); the bundle's second copy of tfjs-core shares engine, environment and
 * kernel registry with the first, as all three are process-wide.
 */
export async function bundleSpecs(): Promise<RegisterSpecs> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: `node${process.versions.node}`,
    // The specs import each other for their side effects, which tfjs-core's package.json denies having.
    ignoreAnnotations: true,
    mainFields: ['module', 'main'],
    external: ['jasmine-core', 'node-fetch'],
    logLevel: 'error',
  });
  const script = compileFunction(outputFiles[0]!.text, ['exports', 'require'], {
    filename: 'tfjs-core-specs.cjs',
  });
  const exported: { registerSpecs?: RegisterSpecs } = {};
  script(exported, createRequire(import.meta.url));
  return exported.registerSpecs!;
}
