import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import { WASM_FOLDER } from './wasm-folder.ts';

/** The headers that make a page cross-origin isolated, which threads require. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Bundles the page for production and serves it on loopback. */
export async function servePage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  // The program must be in the package, where the bundler finds its dependencies.
  const program = fileURLToPath(new URL('page.js', import.meta.url));
  const root = mkdtempSync(join(dirname(program), 'page-'));
  writeFileSync(
    join(root, 'index.html'),
    '<!doctype html><title>bench</title><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>',
  );
  writeFileSync(join(root, 'main.js'), "import '../page.js';\n");
  const outDir = join(root, 'out');
  // TensorFlow.js passes the source of one of its functions to its workers. The function must not use shortened names
  // of the module, so names are not shortened.
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir, target: 'es2022', minify: false },
  });
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  mkdirSync(join(outDir, WASM_FOLDER));
  for (const file of readdirSync(wasm).filter((name) => name.endsWith('.wasm'))) {
    copyFileSync(join(wasm, file), join(outDir, WASM_FOLDER, file));
  }
  const server = await preview({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, headers },
  });
  return {
    url: server.resolvedUrls!.local[0]!,
    close: async () => {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
