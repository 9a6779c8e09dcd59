import { codeOf, whereCodeIs } from '../error-code.ts';

/**
 * The operations of a folder store on the file system. They are few and small, so that a test can stop between any two.
 */
export interface FolderFiles {
  /** The folder that contains a path. The root contains itself. */
  parentOf(path: string): string;
  /** Makes a folder in an existing one. Returns false when it already exists. */
  makeFolder(path: string): Promise<boolean>;
  /** Creates a file that does not exist yet. */
  create(path: string): Promise<NewFile>;
  /** Resolves when the folder's current entries survive a power cut. */
  syncFolder(path: string): Promise<void>;
  /** Renames a folder within its parent. If it does not exist, the error has the code `ENOENT`. */
  rename(from: string, to: string): Promise<void>;
  /** A folder's entries, or those of the folder that a link points to; undefined when it does not exist. */
  list(path: string): Promise<readonly FolderEntry[] | undefined>;
  /** Whether a path itself is a link, wherever it points; false when nothing exists there. */
  isLink(path: string): Promise<boolean>;
  /** A file's bytes; undefined when it does not exist. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Removes a file, or a link without its target. A missing file is not an error. */
  removeFile(path: string): Promise<void>;
  /** Removes an empty folder. A missing folder is not an error. */
  removeFolder(path: string): Promise<void>;
  /**
   * When a file, a folder or a link itself was last changed, in milliseconds since 1970; undefined when it does not
   * exist.
   */
  changed(path: string): Promise<number | undefined>;
}

export interface FolderEntry {
  readonly name: string;
  /** Whether the entry is a folder, or a link to one */
  readonly isFolder: boolean;
}

export interface NewFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the written bytes survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** File systems without fsync of folders report one of these codes. Any other code is an error. */
const noFolderSync: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

/** Node's file system; undefined when there is none. */
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
      // Windows cannot open folders. Its NTFS keeps the order of renames in a journal.
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
      // A link to a missing path, to itself, or to a path that we may not read, is not a folder.
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
        // Convert the Buffer: slices of a Buffer are not copies.
        ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
        whereCodeIs('ENOENT', undefined),
      ),
    removeFile: (path) => files.unlink(path).catch(whereCodeIs('ENOENT', undefined)),
    removeFolder: (path) => files.rmdir(path).catch(whereCodeIs('ENOENT', undefined)),
    changed: (path) => files.lstat(path).then(({ mtimeMs }) => mtimeMs, whereCodeIs('ENOENT', undefined)),
  };
}
