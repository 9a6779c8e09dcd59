type Files = ReturnType<typeof process.getBuiltinModule<'node:fs/promises'>>;
type Handle = Awaited<ReturnType<Files['open']>>;

const BLOCK = 65536;
const LINE_END = 10;

/** A file of Node's that grows at its end, and its folder with it. It is opened by the first write. */
export class AppendedFile {
  readonly path: string;
  readonly #files: Files;
  #handle: Handle | undefined;

  /** @throws TypeError where there are no files to be opened by path */
  constructor(owner: string, path: string) {
    const files = globalThis.process?.getBuiltinModule?.('node:fs/promises');
    if (!files) {
      throw new TypeError(
        `${owner}: paths are opened under Node alone; give a function that takes what is written`,
      );
    }
    this.path = path;
    this.#files = files;
  }

  /** Hands all bytes to the operating system: they outlive the process. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#handle ??= await this.#open();
    await this.#handle.appendFile(bytes);
  }

  /** Waits until what was written outlives a power cut. */
  async sync(): Promise<void> {
    await this.#handle?.datasync();
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  /** Removes what stands after the last line's end: a line that a power cut halved. */
  async dropHalfLine(): Promise<void> {
    this.#handle ??= await this.#open();
    const { size } = await this.#handle.stat();
    const block = new Uint8Array(BLOCK);
    for (let end = size; end > 0; end -= BLOCK) {
      const start = Math.max(0, end - BLOCK);
      const { bytesRead } = await this.#handle.read(block, 0, end - start, start);
      const last = block.subarray(0, bytesRead).lastIndexOf(LINE_END);
      if (last === -1) continue;
      if (start + last + 1 < size) await this.#handle.truncate(start + last + 1);
      return;
    }
    if (size > 0) await this.#handle.truncate(0);
  }

  async #open(): Promise<Handle> {
    const { dirname } = process.getBuiltinModule('node:path');
    await this.#files.mkdir(dirname(this.path), { recursive: true });
    return this.#files.open(this.path, 'a+');
  }
}
