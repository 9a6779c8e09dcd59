import { ArgumentError } from '@unroll/backend/errors';
import { codeOf } from '../error-code.ts';

type Files = ReturnType<typeof process.getBuiltinModule<'node:fs/promises'>>;
export type Handle = Awaited<ReturnType<Files['open']>>;

const obstacles: Readonly<Record<string, string>> = {
  EEXIST: 'a file stands where its folder has to be',
  ENOTDIR: 'a file stands where its folder has to be',
  EISDIR: 'a folder stands there',
};

/** A file of Node's that grows at its end, and its folder with it. It is opened by the first write. */
export class AppendedFile {
  readonly path: string;
  readonly #owner: string;
  readonly #files: Files;
  #opened: Promise<Handle> | undefined;
  /** Ends with the last write that was asked for. */
  #written: Promise<unknown> = Promise.resolve();

  /** @throws TypeError where there are no files to be opened by path */
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

  /** Hands all bytes to the operating system: they outlive the process. Calls that do not wait for each other keep their order. */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#written.then(async () => (await this.handle()).appendFile(bytes));
    this.#written = written.catch(() => undefined);
    return written;
  }

  /** Waits until what was written outlives a power cut. */
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
   * @throws ArgumentError where something else stands at the path or at its folder's
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
