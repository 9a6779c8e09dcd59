import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandOptions, command, tryCommand } from './command.ts';
import { type InstalledPackage, installedTree } from './installed-tree.ts';
import { pnpm } from './pnpm.ts';
import { registryEnvironment } from './registry-environment.ts';
import type { Runtime } from './runtimes.ts';

type Install = (args: readonly string[], options: CommandOptions) => Promise<string>;

/** The package managers that users install with, and their commands to add packages. */
const installers = {
  npm: (args, options) => command('npm', ['install', '--no-audit', '--no-fund', ...args], options),
  pnpm: (args, options) => pnpm(['add', ...args], options),
} as const satisfies Record<string, Install>;

export type Installer = keyof typeof installers;

export interface ConsumerOptions {
  readonly folder: string;
  readonly installer: Installer;
  /** The registry of the packages. */
  readonly registry: string;
  /** A folder for the package managers' caches and settings, shared by the consumers of one check. */
  readonly scratch: string;
}

/** An empty folder outside of any workspace, and a user's actions in it. */
export class Consumer {
  readonly folder: string;
  readonly installer: Installer;
  readonly #env: Record<string, string>;

  constructor({ folder, installer, registry, scratch }: ConsumerOptions) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.installer = installer;
    this.#env = registryEnvironment(registry, scratch);
    this.write('package.json', '{ "private": true, "type": "module" }\n');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  async install(packages: readonly string[], flags: readonly string[] = []): Promise<void> {
    await installers[this.installer]([...flags, ...packages], { cwd: this.folder, env: this.#env });
  }

  /** Runs a file and returns its output. */
  run(node: Runtime, file: string): Promise<string> {
    const [program, ...args] = node.start;
    return command(program, [...args, file], { cwd: this.folder });
  }

  /** Runs a file, and throws unless it prints exactly the expected output. */
  async expectPrinted(node: Runtime, file: string, expected: string): Promise<void> {
    const printed = await this.run(node, file);
    if (printed !== expected) throw new Error(`printed\n${printed}instead of\n${expected}`);
  }

  /**
   * The compiler's messages about the folder's project and about the named packages. Messages about types of other
   * packages are left out.
   */
  async typeErrors(compiler: Runtime, names: readonly string[]): Promise<string[]> {
    const [program, ...args] = compiler.start;
    const { code, stdout, stderr } = await tryCommand(program, [...args, '--pretty', 'false'], {
      cwd: this.folder,
    });
    if (stderr) throw new Error(`${compiler.name} wrote to stderr:\n${stderr}`);
    const all = complaints(stdout);
    if (code !== 0 && all.length === 0)
      throw new Error(`${compiler.name} ended with ${code} and no complaint`);
    return all.filter((complaint) => {
      const owner = packageOf(complaint);
      return !owner || names.includes(owner);
    });
  }

  /**
   * Throws when one of the packages, or tfjs-core, is installed twice: a program would have two engines, or two sets of
   * kernels.
   */
  refuseCopies(names: Iterable<string>): void {
    const tree = this.tree();
    for (const name of [...names, '@tensorflow/tfjs-core']) {
      const versions = tree.filter((each) => each.name === name).map(({ version }) => version);
      if (versions.length > 1)
        throw new Error(`there are ${versions.length} copies of ${name}: ${versions.join(', ')}`);
    }
  }

  /** The installed packages. */
  tree(): InstalledPackage[] {
    return installedTree(this.folder);
  }
}

/** A compiler's messages, each with the indented lines that belong to it. */
function complaints(stdout: string): string[] {
  return stdout.split(/\n(?=\S)/).filter((text) => text.trim() !== '');
}

/**
 * The package whose file a message is about; undefined for the program's own files, and for the compiler's settings.
 */
function packageOf(complaint: string): string | undefined {
  const file = complaint.split('(', 1)[0]!;
  const inside = file.split('node_modules/').at(-1)!;
  return inside === file ? undefined : /^(@[^/]+\/)?[^/]+/.exec(inside)?.[0];
}
