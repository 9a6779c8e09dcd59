import { codeOf, whereCodeIs } from '../error-code.ts';

/** What a folder's store does with the file system: few and single steps, so that a test can stop between any two. */
export interface FolderFiles {
  /** The folder that a path lies in; the root's is itself. */
  parentOf(path: string): string;
  /** Makes a folder in one that is there; false where it is there already. */
  makeFolder(path: string): Promise<boolean>;
  /** Begins a file that is not there yet. */
  create(path: string): Promise<NewFile>;
  /** Resolves when the folder's entries, as they are now, survive a power cut. */
  syncFolder(path: string): Promise<void>;
  /** Gives a folder another name beside its own. Where it is not there, the error has the code `ENOENT`. */
  rename(from: string, to: string): Promise<void>;
  /** A folder's entries, or those of the folder that a link leads to; undefined where it is not there. */
  list(path: string): Promise<readonly FolderEntry[] | undefined>;
  /** Whether a path is a link itself, wherever it leads; false where nothing is there. */
  isLink(path: string): Promise<boolean>;
  /** A file's bytes; undefined where it is not there. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Removes a file, or a link and not what it leads to; one that is not there is no error. */
  removeFile(path: string): Promise<void>;
  /** Removes an empty folder; one that is not there is no error. */
  removeFolder(path: string): Promise<void>;
  /** When a file, a folder or a link itself was last changed, in milliseconds since 1970; undefined where it is not there. */
  changed(path: string): Promise<number | undefined>;
}

export interface FolderEntry {
  readonly name: string;
  /** Whether it is a folder, or a link to one */
  readonly isFolder: boolean;
}

export interface NewFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when what was written survives a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** File systems that know no fsync of a folder say so by these; others mean an error by any. */
const noFolderSync: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

/** Node's file system; undefined where there is none. */
export function nodeFolderFiles(): FolderFiles | undefined {
  const files = globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (!files) return undefined;
  const { dirname } = process.getBuiltinModule('node:path');
  return {
    parentOf: dirname,
    makeFolder: (path) => files.mkdir(path).then(() => true, whereCodeIs('EEXIST', false)),
    async create(path) {
      const handle = await files.open(path, 'wx');
      return {
        write: (bytes) => handle.writeFile(bytes),
        sync: () => handle.sync(),
        close: () => handle.close(),
      };
    },
    async syncFolder(path) {
      // Windows opens no folders; its NTFS keeps the order of renames in a journal.
      if (process.platform === 'win32') return;
      const handle = await files.open(path, 'r');
      try {
        await handle.sync();
      } catch (error) {
        if (!noFolderSync.has(codeOf(error))) throw error;
      } finally {
        await handle.close();
      }
    },
    rename: (from, to) => files.rename(from, to),
    async list(path) {
      const entries = await files
        .readdir(path, { withFileTypes: true })
        .catch(whereCodeIs('ENOENT', undefined));
      if (!entries) return undefined;
      // A link that leads nowhere, or to itself, or where we may not look, is no folder.
      const isFolder = (link: string) =>
        files.stat(link).then(
          (target) => target.isDirectory(),
          () => false,
        );
      return Promise.all(
        entries.map(async (entry) => ({
          name: entry.name,
          isFolder: entry.isSymbolicLink() ? await isFolder(`${path}/${entry.name}`) : entry.isDirectory(),
        })),
      );
    },
    isLink: (path) => files.lstat(path).then((entry) => entry.isSymbolicLink(), whereCodeIs('ENOENT', false)),
    read: (path) =>
      files.readFile(path).then(
        // No Buffer, whose slices are no copies.
        ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
        whereCodeIs('ENOENT', undefined),
      ),
    removeFile: (path) => files.unlink(path).catch(whereCodeIs('ENOENT', undefined)),
    removeFolder: (path) => files.rmdir(path).catch(whereCodeIs('ENOENT', undefined)),
    changed: (path) => files.lstat(path).then(({ mtimeMs }) => mtimeMs, whereCodeIs('ENOENT', undefined)),
  };
}
