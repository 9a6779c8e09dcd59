import type { CheckpointStore } from './store.ts';

/** Checkpoints that last as long as the store: for tests, and to try things out. */
export function inMemory(): CheckpointStore {
  const checkpoints = new Map<string, ReadonlyMap<string, Uint8Array<ArrayBuffer>>>();
  return {
    location: 'memory',
    lasting: false,
    list: async () => [...checkpoints.keys()],
    async write(name, files) {
      checkpoints.set(name, new Map(Array.from(files, ([file, bytes]) => [file, bytes.slice()])));
    },
    read: async (name, file) => checkpoints.get(name)?.get(file)?.slice(),
    async remove(name) {
      checkpoints.delete(name);
    },
  };
}
