import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { emptyFolder, html, programs } from './bundle.ts';

const packages = [
  '@tensorflow/tfjs-core',
  '@unroll/backend',
  '@unroll/backend-cpu',
  '@unroll/nn',
  '@unroll/optim',
  '@unroll/train',
  '@unroll/train/worker',
];

/** Starts Vite's development server, which serves modules one by one. */
export async function developWithVite(program: string): Promise<{ url: string; close: () => Promise<void> }> {
  const root = emptyFolder(`develop-${program}`);
  const page = join(programs, `${program}.ts`);
  writeFileSync(join(root, 'index.html'), html('./main.ts'));
  writeFileSync(join(root, 'main.ts'), `import ${JSON.stringify(page)};\n`);
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: join(root, 'cache'),
    // Treat them as installed packages, which are bundled once, instead of reading their folders.
    optimizeDeps: { include: packages },
    server: { host: '127.0.0.1', port: 0, ws: false, hmr: false },
  });
  await server.listen();
  return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}
