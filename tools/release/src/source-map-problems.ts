import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { PackedPackage } from './packed-package.ts';

interface SourceMap {
  readonly sources?: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

/** Debuggers have only the tarball. It must contain the maps, and each map must contain its sources. */
export async function sourceMapProblems(packed: PackedPackage): Promise<string[]> {
  const ofCode = packed.files.filter((file) => /\.[cm]?[jt]s$/.test(file));
  const ofMaps = packed.files.filter((file) => file.endsWith('.map'));
  const found = await Promise.all([
    ...ofCode.map((file) => commentProblems(file, packed)),
    ...ofMaps.map((file) => mapProblems(file, packed)),
  ]);
  return found.flat();
}

async function commentProblems(file: string, { unpacked, files }: PackedPackage): Promise<string[]> {
  const code = await readFile(join(unpacked, file), 'utf8');
  const address = [...code.matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1];
  if (!address) return [];
  if (address.startsWith('data:')) {
    const map: SourceMap = JSON.parse(await (await fetch(address)).text());
    return sourceProblems(`${file}'s own source map`, map);
  }
  return files.includes(normalize(join(dirname(file), address)))
    ? []
    : [`${file} points at a source map ${address}, which the tarball lacks`];
}

async function mapProblems(file: string, { unpacked, directory }: PackedPackage): Promise<string[]> {
  const map: SourceMap = JSON.parse(await readFile(join(unpacked, file), 'utf8'));
  const gone = (map.sources ?? []).filter((source) => !existsSync(join(directory, dirname(file), source)));
  return [
    ...sourceProblems(file, map),
    ...gone.map(
      (source) =>
        `${file} is a map of ${source}, which is not there: it is left of a former build; build again`,
    ),
  ];
}

function sourceProblems(name: string, { sources = [], sourcesContent = [] }: SourceMap): string[] {
  const without = sources.filter((_, index) => typeof sourcesContent[index] !== 'string');
  return without.map(
    (source) =>
      `${name} lacks the text of ${source} (sourcesContent): set "inlineSources" in tsconfig.build.json`,
  );
}
