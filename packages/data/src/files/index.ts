// Sources of bytes: files, Blobs, memory, downloaded corpora. The folder formats/ interprets the bytes.

export { fileSource } from '#files';
export { blobSource } from './blob-source.ts';
export { bytesSource } from './bytes-source.ts';
export {
  type Corpus,
  type CorpusDescription,
  type CorpusFile,
  type CorpusOptions,
  type CorpusProgress,
  corpus,
} from './corpus.ts';
export { ChecksumError, DownloadError } from './corpus-errors.ts';
export { gunzipped } from './gunzipped.ts';
export type { Source } from './source.ts';
