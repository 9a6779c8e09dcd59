import { posix } from 'node:path';
import type { FolderFiles } from '../src/checkpoints/folder-files.ts';
import { FolderStore } from '../src/checkpoints/folder-store.ts';
import { ModelDisk, type Step } from './model-disk.ts';

/** A disk that records every operation. */
export class RecordedDisk {
  readonly steps: Step[] = [];
  readonly #disk: ModelDisk;

  constructor(disk = new ModelDisk()) {
    this.#disk = disk;
  }

  /**
   * The store of a process that writes to the disk.
   *
   * @param failure returns the error of an operation that fails; `done` is the number of operations that the process
   *   did before
   */
  store(failure: (done: number, step: Step) => Error | undefined = () => undefined): FolderStore {
    const writer = { pid: 1, host: 'model', since: 1, isAlive: () => false };
    return new FolderStore('disk', '/runs/names', this.#files(failure), writer);
  }

  #files(failure: (done: number, step: Step) => Error | undefined): FolderFiles {
    let done = 0;
    const take = async (step: Step): Promise<void> => {
      const error = failure(done++, step);
      if (error) throw error;
      this.#disk.apply(step);
      this.steps.push(step);
    };
    return {
      parentOf: posix.dirname,
      makeFolder: async (path) => {
        if (this.#disk.list(path)) return false;
        await take({ type: 'makeFolder', path });
        return true;
      },
      create: async (path) => {
        await take({ type: 'create', path });
        return {
          write: (bytes) => take({ type: 'write', path, bytes }),
          sync: () => take({ type: 'sync', path }),
          close: async () => {},
        };
      },
      syncFolder: (path) => take({ type: 'syncFolder', path }),
      rename: (path, to) => take({ type: 'rename', path, to }),
      removeFile: (path) => take({ type: 'removeFile', path }),
      removeFolder: (path) => take({ type: 'removeFolder', path }),
      list: async (path) => this.#disk.list(path),
      isLink: async () => false,
      read: async (path) => this.#disk.read(path),
      // In this model every process started after all changes on the disk.
      changed: async () => 0,
    };
  }
}
