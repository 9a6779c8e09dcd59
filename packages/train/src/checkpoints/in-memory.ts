import type { CheckpointStore } from './store.ts';

/** Keeps checkpoints in memory, for tests and experiments. */
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
