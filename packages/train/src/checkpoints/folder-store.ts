import { checkValue } from '@unroll/backend/checks';
import { whereCodeIs } from '../error-code.ts';
import type { FolderFiles } from './folder-files.ts';
import { isName, nameKind, stepOf } from './names.ts';
import type { CheckpointStore } from './store.ts';
import { isAbandoned, isTemporary, temporaryName, type Writer } from './temporary-name.ts';

/**
 * Prefix of a checkpoint that is being replaced. While no checkpoint has the name itself, the replaced one still
 * counts.
 */
const REPLACED = '.replaced-';

/** Prefix of a checkpoint that is being removed: `.removed-step-00000100-0a1b2c3d`. */
const REMOVED = '.removed-';
const REMOVED_NAME = /^\.removed-(.+)-[0-9a-f]{8}$/;

const removedIn = (folder: string): string | undefined => REMOVED_NAME.exec(folder)?.[1];

/** The store that `folder` returns, over any file system. */
export class FolderStore implements CheckpointStore {
  readonly location: string;
  readonly #root: string;
  readonly #files: FolderFiles;
  readonly #writer: Writer;
  #isMade = false;

  constructor(location: string, root: string, files: FolderFiles, writer: Writer) {
    this.location = location;
    this.#root = root;
    this.#files = files;
    this.#writer = writer;
  }

  async list(): Promise<string[]> {
    const folders = await this.#folders();
    const replaced = folders
      .filter((name) => name.startsWith(REPLACED))
      .map((name) => name.slice(REPLACED.length));
    return [...new Set([...folders, ...replaced])].filter(isName);
  }

  async write(name: string, contents: ReadonlyMap<string, Uint8Array>): Promise<void> {
    checkValue('write', 'name', name, nameKind);
    for (const file of contents.keys()) checkValue('write', 'file', file, nameKind);
    // Another process may have removed the folder since.
    const isThere = this.#isMade && (await this.#files.list(this.#root)) !== undefined;
    if (!isThere) await this.#makeDurably(this.#root);
    this.#isMade = true;
    await this.#removeLeftovers(name);
    const temporary = this.#path(temporaryName(name, this.#writer));
    try {
      await this.#files.makeFolder(temporary);
      for (const [file, bytes] of contents) await this.#writeDurably(`${temporary}/${file}`, bytes);
      await this.#files.syncFolder(temporary);
      await this.#putInPlace(temporary, name);
    } catch (error) {
      await this.#removeTree(temporary).catch(() => {});
      throw error;
    }
  }

  async read(name: string, file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    checkValue('read', 'name', name, nameKind);
    checkValue('read', 'file', file, nameKind);
    const bytes = await this.#files.read(`${this.#path(name)}/${file}`);
    if (bytes || (await this.#files.list(this.#path(name)))) return bytes;
    return this.#files.read(`${this.#path(REPLACED + name)}/${file}`);
  }

  async remove(name: string): Promise<void> {
    checkValue('remove', 'name', name, nameKind);
    const folders = await this.#folders();
    // Remove the replaced one first: on its own it would count as the checkpoint again.
    const there = [REPLACED + name, name].filter((folder) => folders.includes(folder));
    for (const folder of there) {
      const removed = this.#path(`${REMOVED}${name}-${crypto.randomUUID().slice(0, 8)}`);
      const isTaken = await this.#files
        .rename(this.#path(folder), removed)
        .then(() => true, whereCodeIs('ENOENT', false));
      // Another process removed it in the meantime.
      if (!isTaken) continue;
      // Sync before removing files: after a power cut, an incomplete checkpoint must not have its name again.
      await this.#files.syncFolder(this.#root);
      await this.#removeTree(removed);
    }
  }

  #path(name: string): string {
    return `${this.#root}/${name}`;
  }

  async #folders(): Promise<string[]> {
    const entries = (await this.#files.list(this.#root)) ?? [];
    return entries.filter(({ isFolder }) => isFolder).map(({ name }) => name);
  }

  async #putInPlace(temporary: string, name: string): Promise<void> {
    const [place, replaced] = [this.#path(name), this.#path(REPLACED + name)];
    const isReplaced = (await this.#files.list(place)) !== undefined;
    if (isReplaced) await this.#files.rename(place, replaced);
    await this.#files.rename(temporary, place);
    await this.#files.syncFolder(this.#root);
    // If it cannot be removed now, the next writer removes it.
    await this.#removeTree(replaced).catch(() => {});
  }

  async #writeDurably(path: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#files.create(path);
    try {
      await file.write(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /**
   * Makes a folder and its missing parents. Each is durable before the next is made. An existing folder is synced too:
   * the process that made it may have ended before syncing.
   */
  async #makeDurably(path: string): Promise<void> {
    const parent = this.#files.parentOf(path);
    if (parent === path) return;
    if (await this.#files.list(path)) {
      // We may lack access to the parent of another user's folder.
      await this.#files.syncFolder(parent).catch(() => {});
      return;
    }
    await this.#makeDurably(parent);
    await this.#files.makeFolder(path);
    await this.#files.syncFolder(parent);
  }

  /**
   * Removes the remains of writers that ended early. It keeps folders that others may have named: remains of
   * checkpoints without a step in their names, except of the checkpoint that is about to be written. Folders that
   * cannot be removed stay.
   */
  async #removeLeftovers(written: string): Promise<void> {
    const folders = await this.#folders();
    const isOurs = (name: string) => name === written || stepOf(name) !== undefined;
    const replaced = folders
      .filter(isOurs)
      .map((name) => REPLACED + name)
      .filter((name) => folders.includes(name));
    const leftovers = folders.filter((folder) => isOurs(removedIn(folder) ?? ''));
    for (const name of folders.filter(isTemporary)) {
      const changed = await this.#lastChange(this.#path(name));
      if (isAbandoned(name, changed, Date.now(), this.#writer)) leftovers.push(name);
    }
    // The replaced checkpoints may only go once the names of the new ones are durable.
    if (replaced.length > 0) await this.#files.syncFolder(this.#root);
    for (const name of [...leftovers, ...replaced]) await this.#removeTree(this.#path(name)).catch(() => {});
  }

  /** When a folder or an entry of it was last changed; 0 when it does not exist. */
  async #lastChange(path: string): Promise<number> {
    const entries = (await this.#files.list(path)) ?? [];
    const times = [path, ...entries.map(({ name }) => `${path}/${name}`)].map((one) =>
      this.#files.changed(one),
    );
    return Math.max(...(await Promise.all(times)).map((time) => time ?? 0));
  }

  /** Removes a folder and its contents. For a link it removes the link and keeps the target. */
  async #removeTree(path: string): Promise<void> {
    if (await this.#files.isLink(path)) return this.#files.removeFile(path);
    for (const { name, isFolder } of (await this.#files.list(path)) ?? []) {
      if (isFolder) await this.#removeTree(`${path}/${name}`);
      else await this.#files.removeFile(`${path}/${name}`);
    }
    await this.#files.removeFolder(path);
  }
}
