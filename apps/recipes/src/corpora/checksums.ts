import { readFile } from 'node:fs/promises';

/** The SHA-256 of each file, by its name. */
export async function readChecksums(list: string): Promise<Map<string, string>> {
  const text = await readFile(new URL(`../../checksums/${list}.sha256`, import.meta.url), 'utf8');
  return checksumsOf(text);
}

/** Reads the output of `sha256sum`: a line per file, `<64 digits>  <name>`. */
export function checksumsOf(text: string): Map<string, string> {
  const lines = text.split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [sum, name] = line.split(/ [ *]/) as [string, string];
      return [name, sum];
    }),
  );
}
