import { blobSource } from './blob-source.ts';
import type { CorpusStore, FileKey, PartialFile } from './corpus-store.ts';
import type { Source } from './source.ts';

/**
 * A store in the origin private file system (OPFS). A file is complete and verified when a file of the same name with
 * `.whole` is beside it. A lock lets one tab at a time work on a download. A tab that is closed during a download loses
 * at most 4 MiB or a fifth of the received bytes.
 */
export function opfsStore(cache: string): CorpusStore {
  return {
    async find(key) {
      const folder = await folderOf(cache, key);
      if (!(await handleIn(folder, `${key.file}.whole`))) return undefined;
      return sourceIn(folder, key.file);
    },
    async claim(key) {
      const unlock = await lock(`${cache}/${key.corpus}/${key.sha256}/${key.file}`);
      try {
        return await PartialInOpfs.at(await folderOf(cache, key), key.file, unlock);
      } catch (error) {
        unlock();
        throw error;
      }
    },
  };
}

const SAVED_EVERY = 4 * 1024 * 1024;

class PartialInOpfs implements PartialFile {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #file: string;
  readonly #unlock: () => void;
  #writer: FileSystemWritableFileStream | undefined;
  #saved: number;
  size: number;
  validator: string | undefined;

  private constructor(
    folder: FileSystemDirectoryHandle,
    file: string,
    left: { size: number; validator: string | undefined },
    unlock: () => void,
  ) {
    this.#folder = folder;
    this.#file = file;
    this.size = left.size;
    this.#saved = left.size;
    this.validator = left.validator;
    this.#unlock = unlock;
  }

  static async at(
    folder: FileSystemDirectoryHandle,
    file: string,
    unlock: () => void,
  ): Promise<PartialInOpfs> {
    const bytes = await (await handleIn(folder, file))?.getFile();
    const validator = await (await (await handleIn(folder, `${file}.validator`))?.getFile())?.text();
    return new PartialInOpfs(folder, file, { size: bytes?.size ?? 0, validator }, unlock);
  }

  async restart(validator: string | undefined): Promise<void> {
    await this.#abort();
    await write(this.#folder, this.#file, '');
    await this.#delete(`${this.#file}.validator`);
    if (validator !== undefined) await write(this.#folder, `${this.#file}.validator`, validator);
    this.size = 0;
    this.#saved = 0;
    this.validator = validator;
  }

  async append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#writer ??= await this.#openWriter();
    await this.#writer.write(bytes);
    this.size += bytes.length;
    // A writer begins with a copy of the file. The growing distance between saves avoids copying a long file too often.
    if (this.size - this.#saved >= Math.max(SAVED_EVERY, this.#saved / 4)) await this.#close();
  }

  async source(): Promise<Source> {
    await this.#close();
    return sourceIn(this.#folder, this.#file);
  }

  async keep(): Promise<Source> {
    await this.#close();
    await write(this.#folder, `${this.#file}.whole`, '');
    await this.#delete(`${this.#file}.validator`);
    const source = await sourceIn(this.#folder, this.#file);
    this.#unlock();
    return source;
  }

  async release(): Promise<void> {
    try {
      await this.#close();
    } catch {
      // A failed writer, for example on a full disk, has already reported its error. The bytes saved before remain.
      await this.#abort();
    } finally {
      this.#unlock();
    }
  }

  async remove(): Promise<void> {
    try {
      await this.#abort();
      await this.#delete(this.#file);
      await this.#delete(`${this.#file}.validator`);
    } finally {
      this.#unlock();
    }
  }

  async #openWriter(): Promise<FileSystemWritableFileStream> {
    const handle = await this.#folder.getFileHandle(this.#file, { create: true });
    const writer = await handle.createWritable({ keepExistingData: true });
    await writer.seek(this.size);
    return writer;
  }

  /** Closes the writer. Only then do the written bytes count. */
  async #close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
    this.#saved = this.size;
  }

  /** Drops the bytes that were written since the writer was opened. */
  async #abort(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.abort().catch(() => {});
  }

  async #delete(name: string): Promise<void> {
    if (await handleIn(this.#folder, name)) await this.#folder.removeEntry(name);
  }
}

async function folderOf(cache: string, { corpus, sha256 }: FileKey): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory();
  for (const name of [...cache.split('/').filter(Boolean), corpus, sha256.slice(0, 16)]) {
    folder = await folder.getDirectoryHandle(name, { create: true });
  }
  return folder;
}

async function handleIn(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemFileHandle | undefined> {
  try {
    return await folder.getFileHandle(name);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw error;
  }
}

async function sourceIn(folder: FileSystemDirectoryHandle, file: string): Promise<Source> {
  const handle = await folder.getFileHandle(file);
  return blobSource(await handle.getFile(), file);
}

async function write(folder: FileSystemDirectoryHandle, name: string, text: string): Promise<void> {
  const handle = await folder.getFileHandle(name, { create: true });
  const writer = await handle.createWritable();
  await writer.write(text);
  await writer.close();
}

/** Waits for the lock, and returns the function that releases it. */
function lock(name: string): Promise<() => void> {
  return new Promise((locked, failed) => {
    const held = (): Promise<void> => new Promise((unlock) => locked(unlock));
    navigator.locks.request(`unroll ${name}`, held).catch(failed);
  });
}
