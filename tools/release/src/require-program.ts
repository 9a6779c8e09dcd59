import { transform } from 'esbuild';

const importStatement = /^import\s[^;]*;$/gm;

/**
 * The program of a README as a CommonJS module, which has `require` for each `import`. It runs in a function, as `require`
 * knows no `await` outside of one.
 */
export async function requireProgram(program: string): Promise<string> {
  const imports = program.match(importStatement) ?? [];
  const body = program.replace(importStatement, '');
  const source = `${imports.join('\n')}\nasync function program() {\n${body}\n}\nprogram();`;
  const { code } = await transform(source, { loader: 'ts', format: 'cjs', target: 'es2022' });
  return code;
}
