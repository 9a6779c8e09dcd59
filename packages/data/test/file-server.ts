import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server on this machine that records the requests. */
export interface FileServer {
  readonly url: string;
  /** The ranges of the requests, in order; undefined for the whole file */
  readonly ranges: (string | undefined)[];
  close(): Promise<void>;
}

export interface Served {
  bytes: Uint8Array;
  etag?: string | undefined;
  /** Whether the server supports ranges. Default true. */
  ranges?: boolean;
  /** Break off each response after this many bytes */
  cut?: number | undefined;
}

/** Serves one file, which may change in the meantime; answers 404 when there is none. */
export async function serveFile(file: () => Served | undefined): Promise<FileServer> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    const served = file();
    if (served) answer(served, request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/corpus.txt`,
    ranges,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

function answer(
  { bytes, etag, ranges = true, cut }: Served,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const same = etag !== undefined && request.headers['if-range'] === etag;
  const from = ranges && same && start !== undefined ? Number(start) : 0;
  if (from > 0 && from >= bytes.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
    return;
  }
  const part = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'Content-Length': part.length,
    ...(etag !== undefined && { ETag: etag }),
    ...(from > 0 && { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  if (cut === undefined || cut >= part.length) response.end(part);
  // The bytes must be sent before the connection ends.
  else response.write(part.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
}
