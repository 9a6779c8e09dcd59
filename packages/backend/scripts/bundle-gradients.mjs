// Makes dist/engine/tfjs-gradients.node.js: tfjs-core's gradients in one file that Node can import.
import { build } from 'esbuild';

await build({
  stdin: {
    contents: "import '@tensorflow/tfjs-core/dist/register_all_gradients.js';",
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: {
    js: [
      '// tfjs-core 4.22, register_all_gradients. Copyright Google LLC, Apache-2.0.',
      // The module that is imported first creates the process's engine. Only tfjs-core's main entry adds methods to its
      // tensors.
      "import '@tensorflow/tfjs-core';",
    ].join('\n'),
  },
  outfile: 'dist/engine/tfjs-gradients.node.js',
  // tfjs's modules require these only in code paths that gradients never run.
  external: ['util', 'crypto', 'node-fetch', 'string_decoder'],
});
