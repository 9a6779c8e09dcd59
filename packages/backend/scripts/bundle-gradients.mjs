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
      // Whoever comes first makes the process's engine, whose tensors get their methods from tfjs-core's main entry alone.
      "import '@tensorflow/tfjs-core';",
    ].join('\n'),
  },
  outfile: 'dist/engine/tfjs-gradients.node.js',
  // tfjs's modules read these in code paths that gradients never take.
  external: ['util', 'crypto', 'node-fetch', 'string_decoder'],
});
