import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadmeProgram, readProgram } from '@unroll-tools/setup/readme-program';
import type { Consumer } from './consumer.ts';
import type { PublicPackage } from './public-packages.ts';
import type { Runtime } from './runtimes.ts';

/** A package's user, who has installed what its README says and goes on to later releases. */
export class Updater {
  readonly name: string;
  readonly consumer: Consumer;
  readonly #readme: ReadmeProgram;

  constructor({ directory, manifest }: PublicPackage, consumer: Consumer) {
    this.name = manifest.name;
    this.consumer = consumer;
    this.#readme = readProgram(readFileSync(join(directory, 'README.md'), 'utf8'));
  }

  async install(): Promise<void> {
    for (const { packages, flags } of this.#readme.installs) await this.consumer.install(packages, flags);
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
    this.consumer.refuseCopies([...versions.keys(), '@tensorflow/tfjs-core']);
    for (const { name, version } of this.consumer.tree()) {
      const expected = versions.get(name) ?? version;
      if (version !== expected) throw new Error(`${name} ${version} is installed; expected ${expected}`);
    }
  }

  /** Runs the README's program. */
  async run(node: Runtime): Promise<void> {
    this.consumer.write('program.ts', this.#readme.program);
    await this.consumer.expectPrinted(node, 'program.ts', this.#readme.output);
  }
}
