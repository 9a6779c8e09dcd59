/*
 * Compiles assembly/dropout-factors.ts and writes its bytes, in base64, to src/generated/dropout-factors.ts, so that no
 * runtime or bundler has to find a file.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const generated = `${root}src/generated/`;
let bytes = new Uint8Array();
const { error, stderr } = await asc.main(
  // biome-ignore format: a command line, an option a line
  [
    'assembly/dropout-factors.ts',
    '--baseDir', root,
    '--outFile', 'kernel.wasm',
    '--runtime', 'stub',
    '--noAssert',
    '-O3',
    '--converge',
    '--initialMemory', '2',
    '--maximumMemory', '2',
    '--enable', 'simd',
  ],
  {
    writeFile: (file, contents) => {
      if (file === 'kernel.wasm') bytes = contents;
    },
  },
);
if (error) throw new Error(`asc: ${error.message}\n${stderr}`);
await mkdir(generated, { recursive: true });
const base64 = Buffer.from(bytes).toString('base64');
await writeFile(`${generated}dropout-factors.ts`, `export const wasm: string =\n  '${base64}';\n`);
console.log(`dropout-factors: ${bytes.length} bytes`);
