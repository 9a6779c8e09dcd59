import { ArgumentError } from '@unroll/backend/errors';
import { codeOf } from '../error-code.ts';

type Files = ReturnType<typeof process.getBuiltinModule<'node:fs/promises'>>;
export type Handle = Awaited<ReturnType<Files['open']>>;

const obstacles: Readonly<Record<string, string>> = {
  EEXIST: 'a file stands where its folder has to be',
  ENOTDIR: 'a file stands where its folder has to be',
  EISDIR: 'a folder stands there',
};

/** A file in Node to which bytes are appended. The first write opens it, and creates the file and its folder. */
export class AppendedFile {
  readonly path: string;
  readonly #owner: string;
  readonly #files: Files;
  #opened: Promise<Handle> | undefined;
  /** Resolves after the last requested write. */
  #written: Promise<unknown> = Promise.resolve();

  /** @throws TypeError when there is no file system */
  constructor(owner: string, path: string) {
    const files = globalThis.process?.getBuiltinModule?.('node:fs/promises');
    if (!files) {
      throw new TypeError(
        `${owner}: paths are opened under Node alone; give a function that takes what is written`,
      );
    }
    this.path = path;
    this.#owner = owner;
    this.#files = files;
  }

  /** Passes all bytes to the operating system, so that they survive the process. Concurrent calls keep their order. */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#written.then(async () => (await this.handle()).appendFile(bytes));
    this.#written = written.catch(() => undefined);
    return written;
  }

  /** Waits until the written bytes survive a power cut. */
  async sync(): Promise<void> {
    const handle = await this.#opened;
    await handle?.datasync();
  }

  async close(): Promise<void> {
    await this.#written;
    const handle = await this.#opened;
    this.#opened = undefined;
    await handle?.close();
  }

  /**
   * The open file.
   *
   * @throws ArgumentError when something else exists at the path or in place of its folder
   */
  handle(): Promise<Handle> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async #open(): Promise<Handle> {
    const { dirname } = process.getBuiltinModule('node:path');
    try {
      await this.#files.mkdir(dirname(this.path), { recursive: true });
      return await this.#files.open(this.path, 'a+');
    } catch (cause) {
      this.#opened = undefined;
      const obstacle = obstacles[codeOf(cause) ?? ''];
      if (!obstacle) throw cause;
      const sentence = `${this.path} cannot be opened: ${obstacle}`;
      throw new ArgumentError(this.#owner, 'target', undefined, { sentence, cause });
    }
  }
}
