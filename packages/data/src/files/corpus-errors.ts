import { FormatError, UnrollError } from '@unroll/backend/errors';

/** A file's bytes do not have the checksum of its description. Nothing of the file was kept. */
export class ChecksumError extends FormatError {
  override readonly name = 'ChecksumError';
  readonly file: string;
  /** SHA-256 in hexadecimal */
  readonly expected: string;
  readonly got: string;

  constructor(file: string, expected: string, got: string) {
    super(`${file}: its SHA-256 is ${got}; expected ${expected}`);
    this.file = file;
    this.expected = expected;
    this.got = got;
  }
}

/**
 * The server refused a download, or the download broke off. The received bytes are kept, and the next try continues
 * with them.
 */
export class DownloadError extends UnrollError {
  override readonly name = 'DownloadError';
  readonly url: string;
  /** The HTTP status; undefined when there was no response, or it broke off */
  readonly status: number | undefined;

  constructor(url: string, reason: string, { status, ...options }: ErrorOptions & { status?: number } = {}) {
    super(`${url}: ${reason}`, options);
    this.url = url;
    this.status = status;
  }
}
