import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server on this machine that records the requests. */
export interface FileServer {
  readonly url: string;
  /** The ranges of the requests, in order; undefined for the whole file */
  readonly ranges: (string | undefined)[];
  /** A fetch through which the server knows when the bytes before a cut are stored */
  readonly fetch: typeof fetch;
  close(): Promise<void>;
}

export interface Served {
  bytes: Uint8Array;
  etag?: string | undefined;
  /** Whether the server supports ranges. Default true. */
  ranges?: boolean;
  /** Break off each response after this many bytes, once the client has asked for more. Needs the server's `fetch`. */
  cut?: number | undefined;
}

/** A response that is to break off after some bytes */
interface Cut {
  readonly after: number;
  breakOff(): void;
}

/** Serves one file, which may change in the meantime; answers 404 when there is none. */
export async function serveFile(file: () => Served | undefined): Promise<FileServer> {
  const ranges: (string | undefined)[] = [];
  const cuts = new Map<string, Cut>();
  let requests = 0;
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    const served = file();
    const number = request.headers['x-request'];
    const onCut = (cut: Cut) => {
      // A client that does not say when it has stored the bytes would wait forever.
      if (typeof number === 'string') cuts.set(number, cut);
      else cut.breakOff();
    };
    if (served) answer(served, request, response, onCut);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/corpus.txt`,
    ranges,
    async fetch(url, init) {
      const number = String(++requests);
      const headers = new Headers(init?.headers);
      headers.set('X-Request', number);
      const response = await fetch(url, { ...init, headers });
      const cut = cuts.get(number);
      cuts.delete(number);
      return response.body ? new Response(readOnRequest(response.body, cut), response) : response;
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

function answer(
  { bytes, etag, ranges = true, cut }: Served,
  request: IncomingMessage,
  response: ServerResponse,
  onCut: (cut: Cut) => void,
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
  if (cut === undefined || cut >= part.length) {
    response.end(part);
    return;
  }
  onCut({ after: cut, breakOff: () => response.destroy() });
  response.write(part.subarray(0, cut));
}

/**
 * A body that reads a chunk when the client asks for one. The client asks for the one behind a cut when it has stored
 * all before it. An earlier end of the connection could reach it before the last bytes are read, and fetch drops these.
 */
function readOnRequest(body: ReadableStream<Uint8Array>, cut: Cut | undefined): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let received = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        if (received === cut?.after) cut.breakOff();
        const { value, done } = await reader.read();
        if (done) return controller.close();
        received += value.length;
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
