import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { CorpusStore, FileKey, PartialFile } from './corpus-store.ts';
import { codeOf } from './error-code.ts';
import { fileSource } from './file-source.node.ts';
import { isFile } from './kind-of-path.node.ts';
import type { Source } from './source.ts';

/**
 * A folder that several processes may use at once:
 *
 *     <corpus>/<first of the checksum>/<file>                 complete and verified, put there by renaming
 *     <corpus>/<first of the checksum>/<file>.parts/<owner>/  bytes, and the server's validator
 *
 * Only the owner of a part writes to it. A process takes over an abandoned part, or the part of an ended process, by
 * renaming the part's folder. Only one of two processes succeeds.
 */
export function folderStore(cache: string): CorpusStore {
  const folderOf = ({ corpus, sha256 }: FileKey) => join(cache, corpus, sha256.slice(0, 16));
  return {
    async find(key) {
      const path = join(folderOf(key), key.file);
      return (await isFile(path)) ? fileSource(path) : undefined;
    },
    async claim(key) {
      const path = join(folderOf(key), key.file);
      const parts = `${path}.parts`;
      await mkdir(parts, { recursive: true });
      const owned = join(parts, ownName(OWNED));
      for (const left of await leftParts(parts)) {
        if (await renamed(join(parts, left), owned)) break;
      }
      await mkdir(owned, { recursive: true });
      return PartialInFolder.at(path, owned);
    },
  };
}

const HOST = hostname().replace(/[^\w.]/g, '_');
// A later process may have the same process number.
const TOKEN = randomUUID().slice(0, 8);
const OWNED = 'owned';
const LEFT = 'left';
let names = 0;

const ownName = (state: string): string => `${state}@${HOST}@${process.pid}@${TOKEN}@${++names}`;

class PartialInFolder implements PartialFile {
  readonly #path: string;
  readonly #folder: string;
  size: number;
  validator: string | undefined;

  private constructor(path: string, folder: string, size: number, validator: string | undefined) {
    this.#path = path;
    this.#folder = folder;
    this.size = size;
    this.validator = validator;
  }

  static async at(path: string, folder: string): Promise<PartialInFolder> {
    const bytes = await stat(join(folder, 'bytes')).catch(() => undefined);
    const validator = await readFile(join(folder, 'validator'), 'utf8').catch(() => undefined);
    return new PartialInFolder(path, folder, bytes?.size ?? 0, validator);
  }

  async restart(validator: string | undefined): Promise<void> {
    await writeFile(this.#bytes, '');
    await rm(join(this.#folder, 'validator'), { force: true });
    if (validator !== undefined) await writeFile(join(this.#folder, 'validator'), validator);
    this.size = 0;
    this.validator = validator;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await writeFile(this.#bytes, bytes, { flag: 'a' });
    this.size += bytes.length;
  }

  async source(): Promise<Source> {
    return fileSource(this.#bytes);
  }

  async keep(): Promise<Source> {
    const file = await open(this.#bytes, 'r+');
    await file.sync();
    await file.close();
    await rename(this.#bytes, this.#path);
    await this.remove();
    const parts = join(this.#folder, '..');
    for (const left of await leftParts(parts)) await rm(join(parts, left), { recursive: true, force: true });
    await this.#removeEmpty();
    return fileSource(this.#path);
  }

  async release(): Promise<void> {
    if (this.size === 0) await this.remove();
    else await renamed(this.#folder, join(this.#folder, '..', ownName(LEFT)));
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await this.#removeEmpty();
  }

  /** Removing fails when another owner still has a part in the folder, or the folder contains the file. */
  async #removeEmpty(): Promise<void> {
    const parts = join(this.#folder, '..');
    for (const folder of [parts, join(parts, '..')]) await rmdir(folder).catch(() => {});
  }

  get #bytes(): string {
    return join(this.#folder, 'bytes');
  }
}

/** Parts that nobody works on: released by their owner, or owned by a process of this machine that has ended. */
async function leftParts(parts: string): Promise<string[]> {
  const all = await readdir(parts).catch(() => []);
  return all.filter((name) => {
    const [state, host, pid, token] = name.split('@');
    if (state === LEFT) return true;
    if (state !== OWNED || host !== HOST) return false;
    return Number(pid) === process.pid ? token !== TOKEN : !isRunning(Number(pid));
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // We may not signal a process of another user, but it exists.
    return codeOf(error) !== 'ESRCH';
  }
}

/** Renames a folder. Returns false when another process was faster. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
