import { FormatError, UnrollError } from '@unroll/backend/errors';

/** A file whose bytes are not those that its description promises; nothing of it was kept. */
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

/** A download that the server refused or that broke off; what came is kept, and the next try goes on with it. */
export class DownloadError extends UnrollError {
  override readonly name = 'DownloadError';
  readonly url: string;
  /** HTTP's; undefined where there was no answer, or it broke off */
  readonly status: number | undefined;

  constructor(url: string, reason: string, { status, ...options }: ErrorOptions & { status?: number } = {}) {
    super(`${url}: ${reason}`, options);
    this.url = url;
    this.status = status;
  }
}
