import { posix } from 'node:path';
import type { FolderFiles } from '../src/checkpoints/folder-files.ts';
import { FolderStore } from '../src/checkpoints/folder-store.ts';
import { ModelDisk, type Step } from './model-disk.ts';

/** A disk that remembers every step that was done to it. */
export class RecordedDisk {
  readonly steps: Step[] = [];
  readonly #disk: ModelDisk;

  constructor(disk = new ModelDisk()) {
    this.#disk = disk;
  }

  /**
   * The store of a process that writes to the disk.
   *
   * @param failure gives the error of a step, which is then not done, by the number of those that the process did before
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
      // Every process of the model began after all that is on the disk.
      changed: async () => 0,
    };
  }
}
