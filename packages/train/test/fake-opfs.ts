type Bytes = Uint8Array<ArrayBuffer>;
type Folder = Map<string, Folder | Bytes>;

/** An origin private file system and locks, in memory. */
export interface FakeOpfs {
  readonly navigator: { readonly storage: object; readonly locks: object };
  /** Returns the error of a change that fails. `done` is the number of changes tried before. */
  failure: (done: number) => Error | undefined;
  /** The number of changes that were tried */
  readonly changes: number;
  /** The paths of all files and of all empty folders */
  paths(): string[];
}

export function fakeOpfs(): FakeOpfs {
  const root: Folder = new Map();
  const lasts = new Map<string, Promise<unknown>>();
  let changes = 0;
  const opfs = {
    navigator: {
      storage: { getDirectory: async () => folderHandle(root) },
      locks: {
        request(name: string, held: () => Promise<void>) {
          const result = (lasts.get(name) ?? Promise.resolve()).then(held);
          lasts.set(
            name,
            result.catch(() => {}),
          );
          return result;
        },
      },
    },
    failure: (_: number): Error | undefined => undefined,
    get changes() {
      return changes;
    },
    paths: () => pathsIn(root),
  };

  function change(): void {
    const error = opfs.failure(changes++);
    if (error) throw error;
  }

  /** Makes a missing entry if `create` is set. Throws as browsers do. */
  function checkEntry(folder: Folder, name: string, kind: 'folder' | 'file', create: boolean): void {
    const entry = folder.get(name);
    if (entry) {
      if (entry instanceof Map !== (kind === 'folder')) throw new DOMException(name, 'TypeMismatchError');
      return;
    }
    if (!create) throw new DOMException(name, 'NotFoundError');
    change();
    folder.set(name, kind === 'folder' ? new Map() : new Uint8Array());
  }

  function folderHandle(folder: Folder): object {
    return {
      async getDirectoryHandle(name: string, { create = false } = {}) {
        checkEntry(folder, name, 'folder', create);
        return folderHandle(folder.get(name) as Folder);
      },
      async getFileHandle(name: string, { create = false } = {}) {
        checkEntry(folder, name, 'file', create);
        return fileHandle(folder, name);
      },
      async removeEntry(name: string, { recursive = false } = {}) {
        const entry = folder.get(name);
        if (!entry) throw new DOMException(name, 'NotFoundError');
        const isFull = entry instanceof Map && entry.size > 0;
        if (isFull && !recursive) throw new DOMException(name, 'InvalidModificationError');
        // A folder's entries are removed one by one.
        if (isFull) for (const inner of entry.keys()) await removeFrom(entry, inner);
        change();
        folder.delete(name);
      },
      async *keys() {
        yield* [...folder.keys()];
      },
    };
  }

  async function removeFrom(folder: Folder, name: string): Promise<void> {
    const entry = folder.get(name);
    if (entry instanceof Map) for (const inner of entry.keys()) await removeFrom(entry, inner);
    change();
    folder.delete(name);
  }

  function fileHandle(folder: Folder, name: string): object {
    return {
      getFile: async () => new File([folder.get(name) as Bytes], name),
      async createWritable() {
        let written: Bytes | undefined;
        return {
          async write(bytes: Bytes) {
            change();
            written = bytes.slice();
          },
          async close() {
            change();
            folder.set(name, written ?? new Uint8Array());
          },
          abort: async () => {},
        };
      },
    };
  }
  return opfs;
}

function pathsIn(folder: Folder): string[] {
  return [...folder].flatMap(([name, entry]) => {
    if (!(entry instanceof Map)) return [name];
    return entry.size === 0 ? [name] : pathsIn(entry).map((path) => `${name}/${path}`);
  });
}
