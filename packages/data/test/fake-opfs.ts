/** An origin private file system and locks, in memory. */
export interface FakeOpfs {
  readonly navigator: { storage: object; locks: object };
  /** The greatest total size of the files in bytes */
  quota: number;
  /** Thrown by everything that opens a file or a folder, until it is reset */
  failure: Error | undefined;
  /** The size of each file, by path */
  sizes(): Record<string, number>;
}

type Bytes = Uint8Array<ArrayBuffer>;

export function fakeOpfs(): FakeOpfs {
  const files = new Map<string, Bytes>();
  const lasts = new Map<string, Promise<unknown>>();
  const opfs: FakeOpfs = {
    navigator: {
      storage: { getDirectory: async () => directory('') },
      locks: {
        request(name: string, held: () => Promise<void>) {
          const last = (lasts.get(name) ?? Promise.resolve()).then(held);
          lasts.set(name, last);
          return last;
        },
      },
    },
    quota: Number.POSITIVE_INFINITY,
    failure: undefined,
    sizes: () => Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.length])),
  };

  function directory(path: string): object {
    return {
      async getDirectoryHandle(name: string) {
        if (opfs.failure) throw opfs.failure;
        return directory(`${path}${name}/`);
      },
      async getFileHandle(name: string, { create = false } = {}) {
        if (opfs.failure) throw opfs.failure;
        const file = `${path}${name}`;
        if (!files.has(file)) {
          if (!create) throw new DOMException(`there is no ${file}`, 'NotFoundError');
          files.set(file, new Uint8Array());
        }
        return {
          getFile: async () => new File([files.get(file)!], name),
          createWritable: async ({ keepExistingData = false } = {}) =>
            new Writer(file, keepExistingData ? files.get(file)! : new Uint8Array()),
        };
      },
      removeEntry: async (name: string) => void files.delete(`${path}${name}`),
    };
  }

  class Writer {
    readonly #stream: WritableStream<Bytes>;
    #bytes: Bytes;
    #at = 0;

    constructor(file: string, before: Bytes) {
      this.#bytes = before;
      this.#stream = new WritableStream({
        write: (bytes) => this.#put(bytes),
        close: () => void files.set(file, this.#bytes),
      });
    }

    async seek(at: number): Promise<void> {
      this.#at = at;
    }

    async write(data: Bytes | string): Promise<void> {
      const writer = this.#stream.getWriter();
      try {
        await writer.write(typeof data === 'string' ? new TextEncoder().encode(data) : data);
      } finally {
        writer.releaseLock();
      }
    }

    close = () => this.#stream.close();
    abort = () => this.#stream.abort();

    #put(bytes: Bytes): void {
      const end = this.#at + bytes.length;
      if (end > opfs.quota) throw new DOMException('the quota is full', 'QuotaExceededError');
      const all = new Uint8Array(Math.max(end, this.#bytes.length));
      all.set(this.#bytes);
      all.set(bytes, this.#at);
      this.#bytes = all;
      this.#at = end;
    }
  }
  return opfs;
}
