import { checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { isName, nameKind, stepOf } from './names.ts';
import type { CheckpointStore } from './store.ts';

/**
 * The file in a checkpoint's folder that names the subfolder with its files. It is written last, and replaced
 * atomically.
 */
const CURRENT = 'current-files';

/** Prefix of the subfolders with files. */
const FILES = 'files-';

/**
 * Stores checkpoints in the origin private file system of a page, in the page or a Web Worker. A checkpoint that exists
 * is complete: when the page ends, at any moment, the last checkpoint remains. Browsers do not report when bytes have
 * reached the disk, so after a power cut `latestCheckpoint` skips damaged checkpoints. A browser that is short of space
 * may delete an origin's files unless `navigator.storage.persist()` was granted.
 *
 * Several pages may use one path. They write one after another. Works in Chromium, Firefox, and Safari from 26 on.
 *
 * @example
 * const store = opfs('runs/names');
 *
 * @param path folder names separated by slashes; the first write creates the folders. Default `unroll/checkpoints`
 * @throws ArgumentError when there is no origin private file system: under Node use `folder`
 */
export function opfs(path = 'unroll/checkpoints'): CheckpointStore {
  checkValue('opfs', 'path', path, kind.required(kind.text));
  if (!globalThis.navigator?.storage?.getDirectory) {
    const words = `is '${path}'; there are no private files here: a page has them over https, and Node has folder`;
    throw new ArgumentError('opfs', 'path', words);
  }
  return new OpfsStore(path);
}

class OpfsStore implements CheckpointStore {
  readonly location: string;
  readonly #names: readonly string[];

  constructor(path: string) {
    this.location = `opfs:${path}`;
    this.#names = path.split('/').filter(Boolean);
  }

  async list(): Promise<string[]> {
    const root = await this.#root();
    const names: string[] = [];
    for (const name of root ? await namesIn(root) : []) {
      const checkpoint = isName(name) ? await folderIn(root, name) : undefined;
      if (await currentOf(checkpoint)) names.push(name);
    }
    return names;
  }

  async write(name: string, contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<void> {
    checkValue('write', 'name', name, nameKind);
    for (const file of contents.keys()) checkValue('write', 'file', file, nameKind);
    await this.#alone(async () => {
      const root = await makeFolders(this.#names);
      await removeLeftovers(root);
      const checkpoint = await root.getDirectoryHandle(name, { create: true });
      const generation = FILES + crypto.randomUUID();
      try {
        const folder = await checkpoint.getDirectoryHandle(generation, { create: true });
        for (const [file, bytes] of contents) await writeFile(folder, file, bytes);
        await writeFile(checkpoint, CURRENT, new TextEncoder().encode(generation));
      } catch (error) {
        await removeLeftovers(root).catch(() => {});
        throw error;
      }
      // If older files cannot be removed now, the next writer removes them.
      await removeLeftovers(root).catch(() => {});
    });
  }

  async read(name: string, file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    checkValue('read', 'name', name, nameKind);
    checkValue('read', 'file', file, nameKind);
    const checkpoint = await folderIn(await this.#root(), name);
    const generation = await currentOf(checkpoint);
    return generation === undefined ? undefined : bytesIn(await folderIn(checkpoint, generation), file);
  }

  async remove(name: string): Promise<void> {
    checkValue('remove', 'name', name, nameKind);
    await this.#alone(async () => {
      const root = await this.#root();
      const checkpoint = await folderIn(root, name);
      if (!root || !checkpoint || !(await currentOf(checkpoint))) return;
      // Without this file the rest no longer counts as a checkpoint.
      await checkpoint.removeEntry(CURRENT);
      await root.removeEntry(name, { recursive: true });
    });
  }

  /** Runs a change while no other page or worker makes one. */
  #alone(change: () => Promise<void>): Promise<void> {
    return navigator.locks.request(`unroll checkpoints ${this.#names.join('/')}`, change);
  }

  async #root(): Promise<FileSystemDirectoryHandle | undefined> {
    let folder: FileSystemDirectoryHandle | undefined = await navigator.storage.getDirectory();
    for (const name of this.#names) folder = await folderIn(folder, name);
    return folder;
  }
}

async function makeFolders(names: readonly string[]): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory();
  for (const name of names) folder = await folder.getDirectoryHandle(name, { create: true });
  return folder;
}

/**
 * Removes the files of unfinished checkpoints, and the older files of replaced ones. The caller holds the lock, so
 * nobody else writes meanwhile. Files that belong to no checkpoint stay.
 */
async function removeLeftovers(root: FileSystemDirectoryHandle): Promise<void> {
  for (const name of await namesIn(root)) {
    const checkpoint = await folderIn(root, name);
    if (!checkpoint) continue;
    const current = await currentOf(checkpoint);
    const entries = await namesIn(checkpoint);
    const leftovers = entries.filter(
      (entry) => (entry.startsWith(FILES) && entry !== current) || (entry === CURRENT && !current),
    );
    for (const leftover of leftovers) await checkpoint.removeEntry(leftover, { recursive: true });
    const isOurs = leftovers.length > 0 || stepOf(name) !== undefined;
    if (isOurs && leftovers.length === entries.length) await root.removeEntry(name);
  }
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

/** The name of the subfolder with a checkpoint's files; undefined when the checkpoint is unfinished. */
async function currentOf(checkpoint: FileSystemDirectoryHandle | undefined): Promise<string | undefined> {
  const bytes = await bytesIn(checkpoint, CURRENT);
  const generation = new TextDecoder().decode(bytes);
  return isName(generation) && generation.startsWith(FILES) ? generation : undefined;
}

const folderIn = (folder: FileSystemDirectoryHandle | undefined, name: string) =>
  unlessMissing(async () => folder?.getDirectoryHandle(name));

const bytesIn = (folder: FileSystemDirectoryHandle | undefined, name: string) =>
  unlessMissing(async () => {
    const file = await (await folder?.getFileHandle(name))?.getFile();
    return file && new Uint8Array(await file.arrayBuffer());
  });

/** Returns undefined when the entry does not exist, or is of the other kind. */
async function unlessMissing<T>(open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof DOMException && /^(NotFound|TypeMismatch)Error$/.test(error.name)) return undefined;
    throw error;
  }
}

/** Writes a file. Until the writer is closed, the file has its old content. */
async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  const writer = await file.createWritable();
  try {
    await writer.write(bytes);
  } catch (error) {
    await writer.abort().catch(() => {});
    throw error;
  }
  await writer.close();
}
