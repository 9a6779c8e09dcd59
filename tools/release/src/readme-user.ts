import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadmeProgram, readProgram } from '@unroll-tools/setup/readme-program';
import type { Consumer } from './consumer.ts';
import type { PublicPackage } from './public-packages.ts';
import { requireProgram } from './require-program.ts';
import type { Runtime } from './runtimes.ts';

/** A package's user, who follows its README in an empty folder, and may update to later releases. */
export class ReadmeUser {
  readonly name: string;
  readonly consumer: Consumer;
  readonly #directory: string;
  #read: ReadmeProgram | undefined;

  constructor({ directory, manifest }: PublicPackage, consumer: Consumer) {
    this.name = manifest.name;
    this.consumer = consumer;
    this.#directory = directory;
  }

  /** @throws Error when README.md has no program, or no output for it */
  get #readme(): ReadmeProgram {
    this.#read ??= readProgram(readFileSync(join(this.#directory, 'README.md'), 'utf8'));
    return this.#read;
  }

  /** @param names packages that may be installed at most once */
  async install(names: Iterable<string>): Promise<void> {
    const { installs } = this.#readme;
    if (installs.length === 0) throw new Error('README.md has no line `npm install …` before its program');
    for (const { packages, flags } of installs) await this.consumer.install(packages, flags);
    this.consumer.refuseCopies(names);
  }

  /**
   * Installs released versions by tag: those of the workspace's packages that this user has installed, and another
   * package.
   *
   * @param versions the released versions by name; each package may be installed at most once, in this version
   */
  async update(
    versions: ReadonlyMap<string, string>,
    tagOf: (name: string) => string,
    another: string,
  ): Promise<void> {
    const asked = this.#readme.installs.flatMap(({ packages }) => packages);
    const ours = new Set([...asked.filter((name) => versions.has(name)), another]);
    await this.consumer.install([...ours].map((name) => `${name}@${tagOf(name)}`));
    this.consumer.refuseCopies(versions.keys());
    for (const { name, version } of this.consumer.tree()) {
      const expected = versions.get(name) ?? version;
      if (version !== expected) throw new Error(`${name} ${version} is installed; expected ${expected}`);
    }
  }

  /** Runs the README's program, and throws unless it prints the README's output. */
  async run(node: Runtime, way: 'import' | 'require'): Promise<void> {
    const { program, output } = this.#readme;
    const file = way === 'import' ? 'program.ts' : 'program.cjs';
    this.consumer.write(file, way === 'import' ? program : await requireProgram(program));
    await this.consumer.expectPrinted(node, file, output);
  }
}
