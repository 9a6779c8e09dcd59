/*
 * Compiles assembly/ twice, with relaxed SIMD and with plain SIMD, and writes four modules to src/generated/: the bytes
 * of each build in base64, so that no runtime or bundler has to find a file; the types of the exports; and the
 * declarations that both sides share.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { sharedDeclarations } from './shared-declarations.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const generated = `${root}src/generated/`;
const builds = { plain: [], relaxed: ['--enable', 'relaxed-simd'] };

await mkdir(generated, { recursive: true });
for (const [name, features] of Object.entries(builds)) {
  const files = await compile(features);
  const base64 = Buffer.from(files['kernels.wasm']).toString('base64');
  await writeFile(`${generated}kernels-${name}.ts`, `export const wasm: string =\n  '${base64}';\n`);
  await writeFile(`${generated}kernels.ts`, exportedTypes(files['kernels.d.ts']));
  await writeFile(`${generated}shared.ts`, files['shared.ts']);
  console.log(`kernels-${name}: ${files['kernels.wasm'].length} bytes`);
}

async function compile(features) {
  const files = {};
  const writeShared = (contents) => {
    files['shared.ts'] = contents;
  };
  const { error, stderr } = await asc.main(
    // biome-ignore format: a command line, an option a line
    [
      'assembly/index.ts',
      '--baseDir', root,
      '--outFile', 'kernels.wasm',
      '--bindings', 'raw',
      '--runtime', 'stub',
      '--noAssert',
      '-O3',
      '--converge',
      '--importMemory',
      '--noExportMemory',
      '--sharedMemory',
      '--maximumMemory', '65536',
      '--memoryBase', '16384',
      '--enable', 'simd',
      '--enable', 'threads',
      ...features,
    ],
    {
      writeFile: (file, contents) => {
        files[file] = contents;
      },
      transforms: [sharedDeclarations(writeShared)],
    },
  );
  if (error) throw new Error(`asc: ${error.message}\n${stderr}`);
  return files;
}

/** The compiler's declarations of the exported functions as one interface. */
function exportedTypes(declarations) {
  const functions = [...declarations.matchAll(/export function (\w+)\(([^)]*)\): (\w+);/g)];
  if (functions.length === 0) throw new Error(`no exported functions in:\n${declarations}`);
  const lines = functions.map(([, name, parameters, result]) => `  ${name}(${parameters}): ${result};\n`);
  return `/** The kernels that the WebAssembly module exports; see assembly/. */\nexport interface Kernels {\n${lines.join('')}}\n`;
}
