import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * Serves a folder on loopback. With `isolated` it sends the headers that make pages cross-origin isolated.
 *
 * @param answered may answer a request itself; returns whether it did
 */
export async function serve(
  directory: string,
  isolated: boolean,
  answered: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    if (answered(request, response)) return;
    const { url = '/' } = request;
    const path = normalize(new URL(url, 'http://localhost').pathname);
    const file = join(directory, path === '/' ? 'index.html' : path);
    try {
      const body = readFileSync(file);
      response.writeHead(200, {
        'Content-Type': types[extname(file)] ?? 'application/octet-stream',
        ...(isolated && {
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Embedder-Policy': 'require-corp',
        }),
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}
