/** Node's files, without an import that a bundler would follow. */
export type NodeFiles = ReturnType<typeof process.getBuiltinModule<'node:fs/promises'>>;

/** @throws TypeError when there is no file system */
export function nodeFiles(owner: string): NodeFiles {
  const files = globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (files) return files;
  throw new TypeError(
    `${owner}: paths are opened under Node alone; give a Blob (a File of an <input>, or what fetch returns) or bytes`,
  );
}
