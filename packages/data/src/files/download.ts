import { messageOf } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import { chunksOf } from './chunks-of.ts';
import { DownloadError } from './corpus-errors.ts';
import type { PartialFile } from './corpus-store.ts';

export interface DownloadOptions {
  readonly fetch: typeof fetch;
  /** Number of bytes of the whole file, if known */
  readonly size: number | undefined;
  readonly onBytes: (bytes: number, size: number | undefined) => void;
}

/**
 * Downloads the missing bytes of a file. A download that breaks off is resumed (RFC 9110: `Range` with `If-Range`), as
 * long as each try reaches further than all tries before.
 *
 * @throws FormatError when the file is longer or shorter than it should be
 * @throws DownloadError when the server refuses, or a try gets no further
 */
export async function download(url: string, part: PartialFile, options: DownloadOptions): Promise<void> {
  let most = part.size;
  for (;;) {
    try {
      await attempt(url, part, options);
      return;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      if (part.size <= most) throw new DownloadError(url, error.message, { cause: error.cause });
      most = part.size;
    }
  }
}

/** A connection that broke off, or could not be made. */
class Broken extends Error {}

async function attempt(url: string, part: PartialFile, options: DownloadOptions): Promise<void> {
  const { validator, size: from } = part;
  const resumes = from > 0 && validator !== undefined;
  // In a compressed response, the file and its ranges would have other bytes.
  const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
  if (resumes) Object.assign(headers, { Range: `bytes=${from}-`, 'If-Range': validator });
  // A page's own fetch must not be called as a method of another object.
  const { fetch: request } = options;
  const response = await request(url, { headers }).catch((cause) => {
    throw new Broken(`there is no answer: ${reasonOf(cause)}`, { cause });
  });
  if (response.status === 416) {
    await response.body?.cancel();
    return whole(response, part) ? checkSize(url, part, options) : again(url, part, options);
  }
  if (!response.ok) {
    await response.body?.cancel();
    const { status, statusText } = response;
    throw new DownloadError(url, `the server says ${status} ${statusText}`.trimEnd(), { status });
  }
  const packed = isPacked(response);
  const goesOn = resumes && response.status === 206 && !packed && rangeOf(response)?.start === from;
  if (response.status === 206 && !goesOn) {
    await response.body?.cancel();
    return again(url, part, options);
  }
  if (!goesOn) await part.restart(packed ? undefined : validatorOf(response));
  await receive(url, response, part, options);
}

/** Starts again without a range, so this cannot happen twice. */
async function again(url: string, part: PartialFile, options: DownloadOptions): Promise<void> {
  if (part.size === 0) throw new DownloadError(url, 'the server answers with a part that was not asked for');
  await part.restart(undefined);
  return attempt(url, part, options);
}

async function receive(
  url: string,
  response: Response,
  part: PartialFile,
  options: DownloadOptions,
): Promise<void> {
  const { size, onBytes } = options;
  const sent = sizeOf(response, part);
  const total = size ?? sent;
  onBytes(part.size, total);
  for await (const chunk of received(response, part)) {
    await part.append(chunk);
    onBytes(part.size, total);
    if (size !== undefined && part.size > size) {
      throw new FormatError(`${url}: it has more than the ${size} bytes that were expected`);
    }
  }
  // Without a length, the end of the response may be a broken connection. A compressed response has its own end mark.
  const due = sent ?? (isPacked(response) ? undefined : size);
  if (due !== undefined && part.size < due) {
    throw new Broken(`the download broke off after ${part.size} of ${due} bytes`);
  }
  checkSize(url, part, options);
}

function checkSize(url: string, part: PartialFile, { size }: DownloadOptions): void {
  if (size !== undefined && part.size !== size) {
    throw new FormatError(`${url}: it has ${part.size} bytes; expected ${size}`);
  }
}

/** The chunks of a response, until it ends or breaks off. */
async function* received({ body }: Response, part: PartialFile): ReturnType<typeof chunksOf> {
  if (!body) return;
  try {
    yield* chunksOf(body);
  } catch (cause) {
    throw new Broken(`the download broke off after ${part.size} bytes: ${reasonOf(cause)}`, { cause });
  }
}

/** The validator for `If-Range`: a strong ETag, or the date of the last change. */
function validatorOf({ headers }: Response): string | undefined {
  const tag = headers.get('ETag');
  if (tag !== null && !tag.startsWith('W/')) return tag;
  return headers.get('Last-Modified') ?? undefined;
}

/**
 * Whether the server compressed the response although it should not. Then the received bytes are decompressed, but the
 * server's sizes and ranges count compressed bytes.
 */
function isPacked({ headers }: Response): boolean {
  const encoding = headers.get('Content-Encoding') ?? '';
  return encoding !== '' && encoding.toLowerCase() !== 'identity';
}

/** The size of the file by the server's headers, if they tell it. */
function sizeOf(response: Response, part: PartialFile): number | undefined {
  if (isPacked(response)) return undefined;
  const range = response.status === 206 ? rangeOf(response) : undefined;
  if (range?.total !== undefined) return range.total;
  const length = response.headers.get('Content-Length');
  return length === null ? undefined : part.size + Number(length);
}

/** Parses `bytes 100-199/200` into 100 and 200. A server that does not know the total writes `*`. */
function rangeOf({ headers }: Response): { start: number; total: number | undefined } | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('Content-Range') ?? '') ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), total: total === '*' ? undefined : Number(total) };
}

/** Whether the requested range was beyond the end of a file that is already complete. */
function whole({ headers }: Response, part: PartialFile): boolean {
  const [, size] = /^bytes \*\/(\d+)$/.exec(headers.get('Content-Range') ?? '') ?? [];
  return size !== undefined && Number(size) === part.size;
}

/** The reason of a failed fetch. The message of the error itself is often only that it failed. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)} (${messageOf(cause)})`;
}
