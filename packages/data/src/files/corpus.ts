import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import { inFolder, openStore, sha256 } from '#files';
import { ChecksumError } from './corpus-errors.ts';
import type { CorpusStore } from './corpus-store.ts';
import { download } from './download.ts';
import type { Source } from './source.ts';

/** A file of a corpus. */
export interface CorpusFile {
  /** The HTTP address of the file */
  url: string;
  /** SHA-256 of its bytes, 64 hexadecimal digits */
  sha256: string;
  /** Its number of bytes, for progress and to end a wrong download early */
  size?: number | undefined;
  /** Default: the last part of the URL's path. */
  name?: string | undefined;
}

/** The description of a corpus. */
export interface CorpusDescription {
  /** The name of the folder for its files. */
  name: string;
  files: readonly CorpusFile[];
  /** The licence under which it may be used */
  licence: string;
}

export interface CorpusProgress {
  readonly file: string;
  /** Number of received bytes */
  readonly bytes: number;
  /** Number of bytes of the whole file, if known */
  readonly size: number | undefined;
}

export interface CorpusOptions {
  /** A folder that contains the files, directly or in a subfolder with the corpus's name. Nothing is downloaded. */
  folder?: string | undefined;
  /**
   * The folder for downloads. Default under Node: the environment variable `UNROLL_CACHE`, otherwise `unroll` in
   * `XDG_CACHE_HOME` or `~/.cache`. In a page: a folder of the origin private file system (OPFS), by default `unroll`.
   */
  cache?: string | undefined;
  /** Whether to verify the checksums of files in `folder`, which reads each file once. Default true. */
  verify?: boolean | undefined;
  /** Replaces the runtime's `fetch`. */
  fetch?: typeof fetch | undefined;
  onProgress?: ((progress: CorpusProgress) => void) | undefined;
}

/** A corpus whose files are available. */
export interface Corpus {
  readonly name: string;
  readonly licence: string;
  /** In the order of the description */
  readonly files: readonly Source[];
  /** @throws when the corpus has no file of that name */
  file(name: string): Source;
}

const isName = {
  expected: 'a name without / and \\, other than . and ..',
  fits: (value: unknown) => typeof value === 'string' && /^[^/\\\0]+$/.test(value) && !/^\.\.?$/.test(value),
};

const descriptionKinds = {
  name: kind.required(isName),
  files: kind.required(kind.listOf(kind.record, 'an array of files')),
  licence: kind.required(kind.text),
};

const fileKinds = {
  url: kind.required({ expected: 'a URL', fits: (value: unknown) => URL.canParse(String(value)) }),
  sha256: kind.required({
    expected: '64 hexadecimal digits',
    fits: (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value),
  }),
  size: kind.whole(0),
  name: isName,
};

const optionKinds = {
  folder: kind.text,
  cache: kind.text,
  verify: kind.flag,
  fetch: kind.func,
  onProgress: kind.func,
};

/**
 * Opens a corpus from a folder, or downloads it once and caches it. A file counts as downloaded only when its checksum
 * is right. An interrupted download is resumed, in the same call or a later one. Several processes may request the same
 * corpus at once.
 *
 * @example
 * const ewt = await corpus({
 *   name: 'ud-english-ewt',
 *   licence: 'CC BY-SA 4.0',
 *   files: [{ url: 'https://example.org/en_ewt-ud-train.conllu', sha256: '…' }],
 * });
 * const sentences = conllu(ewt.file('en_ewt-ud-train.conllu'));
 *
 * @throws ChecksumError when a file does not have its checksum; nothing of the download is kept
 * @throws DownloadError when the server refuses a file, or the connection fails for good
 * @throws when `folder` is not a folder, or does not have a file; the error names the paths
 */
export async function corpus(description: CorpusDescription, options: CorpusOptions = {}): Promise<Corpus> {
  const { name, licence, files } = checkOptions('corpus', description, descriptionKinds);
  const given = checkOptions('corpus', options, optionKinds);
  const wanted = files.map(checkedFile);
  const twice = wanted.find((file, i) => wanted.findIndex((other) => other.name === file.name) !== i);
  if (twice)
    throw new ArgumentError('corpus', 'files', `hold '${twice.name}' twice; expected each name once`);
  const store = given.folder === undefined ? openStore(given.cache) : undefined;
  const byName = new Map<string, Source>();
  for (const file of wanted) {
    const source = store
      ? await fromStore(store, name, file, given)
      : await fromFolder(given.folder!, name, file, given);
    byName.set(file.name, source);
  }
  return {
    name,
    licence,
    files: [...byName.values()],
    file(wantedName) {
      const source = byName.get(wantedName);
      if (source) return source;
      const names = [...byName.keys()].join(', ');
      throw new ArgumentError('corpus', 'name', `is '${wantedName}'; ${name} has ${names}`);
    },
  };
}

interface NamedFile extends CorpusFile {
  name: string;
}

function checkedFile(file: CorpusFile, i: number): NamedFile {
  const owner = `corpus: files[${i}]`;
  const { url, sha256: sum, size, name } = checkOptions(owner, file, fileKinds);
  const made = name ?? lastPart(url);
  checkValue(owner, 'name', made, kind.required(isName));
  return { url, sha256: sum.toLowerCase(), size, name: made };
}

function lastPart(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    // A % that does not begin a code stands for itself.
    return last;
  }
}

async function fromFolder(
  folder: string,
  corpusName: string,
  file: NamedFile,
  { verify = true }: CorpusOptions,
): Promise<Source> {
  const { source, places } = await inFolder(folder, corpusName, file.name);
  if (!source) {
    const fault = `has no ${file.name}; looked for ${places.join(' and ')}. It comes from ${file.url}`;
    throw new ArgumentError('corpus', 'folder', fault);
  }
  const size = await source.size();
  if (file.size !== undefined && size !== file.size) {
    throw new FormatError(`${source.name}: it has ${size} bytes; expected ${file.size}`);
  }
  if (verify) await checkSum(source, source.name, file.sha256);
  return source;
}

async function fromStore(
  store: CorpusStore,
  corpusName: string,
  file: NamedFile,
  options: CorpusOptions,
): Promise<Source> {
  const key = { corpus: corpusName, file: file.name, sha256: file.sha256 };
  const found = await store.find(key);
  if (found) return found;
  const part = await store.claim(key);
  try {
    // Another process may have downloaded it while this one waited.
    const brought = await store.find(key);
    if (brought) {
      await part.release();
      return brought;
    }
    await download(file.url, part, {
      fetch: options.fetch ?? fetch,
      size: file.size,
      onBytes: (bytes, size) => options.onProgress?.({ file: file.name, bytes, size }),
    });
    await checkSum(await part.source(), file.url, file.sha256);
    return await part.keep();
  } catch (error) {
    // An interrupted download can be resumed later, a wrong file never becomes right. Throw the first error.
    await (error instanceof FormatError ? part.remove() : part.release()).catch(() => {});
    throw error;
  }
}

async function checkSum(source: Source, file: string, expected: string): Promise<void> {
  const got = await sha256(source);
  if (got !== expected) throw new ChecksumError(file, expected, got);
}
