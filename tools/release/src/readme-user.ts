import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadmeProgram, readProgram } from '@unroll-tools/setup/readme-program';
import type { Consumer } from './consumer.ts';
import type { PublicPackage } from './public-packages.ts';
import { requireProgram } from './require-program.ts';
import type { Runtime } from './runtimes.ts';

/** A package's user, who does in an empty folder what its README says, and may go on to later releases. */
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

  /** @throws Error where README.md has no program, or does not say what that prints */
  get #readme(): ReadmeProgram {
    this.#read ??= readProgram(readFileSync(join(this.#directory, 'README.md'), 'utf8'));
    return this.#read;
  }

  /** @param names packages each of which may be there once at most */
  async install(names: Iterable<string>): Promise<void> {
    const { installs } = this.#readme;
    if (installs.length === 0) throw new Error('README.md has no line `npm install …` before its program');
    for (const { packages, flags } of installs) await this.consumer.install(packages, flags);
    this.consumer.refuseCopies(names);
  }

  /**
   * Installs released versions, each by a tag, of the workspace's packages that this user has asked for, and of another.
   *
   * @param versions what is released, by name: each package has to be there at most once, in its version
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

  /** Runs the README's program, which has to print what stands there. */
  async run(node: Runtime, way: 'import' | 'require'): Promise<void> {
    const { program, output } = this.#readme;
    const file = way === 'import' ? 'program.ts' : 'program.cjs';
    this.consumer.write(file, way === 'import' ? program : await requireProgram(program));
    await this.consumer.expectPrinted(node, file, output);
  }
}
