import { transform } from 'esbuild';

const importStatement = /^import\s[^;]*;$/gm;

/**
 * Converts a README's program to a CommonJS module, with `require` for each `import`. The program runs in a function,
 * because CommonJS has no top-level `await`.
 */
export async function requireProgram(program: string): Promise<string> {
  const imports = program.match(importStatement) ?? [];
  const body = program.replace(importStatement, '');
  const source = `${imports.join('\n')}\nasync function program() {\n${body}\n}\nprogram();`;
  const { code } = await transform(source, { loader: 'ts', format: 'cjs', target: 'es2022' });
  return code;
}
