/** A README's first program, its expected output, and the install commands of its packages. */
export interface ReadmeProgram {
  readonly program: string;
  readonly output: string;
  /** The flags and packages of each `npm install` line before the program. */
  readonly installs: readonly { readonly flags: readonly string[]; readonly packages: readonly string[] }[];
}

/**
 * Takes the first `ts` block of a README, the first `text` block after it, and the `npm install` lines of `sh` blocks
 * before it.
 */
export function readProgram(markdown: string): ReadmeProgram {
  const program = /```ts\n(.*?)```/s.exec(markdown);
  if (!program) throw new Error('readProgram: markdown has no ts block');
  const output = /```text\n(.*?)```/s.exec(markdown.slice(program.index + program[0].length));
  if (!output) throw new Error('readProgram: markdown has no text block with the output after its ts block');
  const installs = [...markdown.slice(0, program.index).matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block]) => block!.split('\n'))
    .filter((line) => line.startsWith('npm install '))
    .map((line) => {
      const words = line.replace(/#.*/, '').split(/\s+/).slice(2).filter(Boolean);
      return {
        flags: words.filter((word) => word.startsWith('-')),
        packages: words.filter((word) => !word.startsWith('-')),
      };
    });
  return { program: program[1]!, output: output[1]!, installs };
}
