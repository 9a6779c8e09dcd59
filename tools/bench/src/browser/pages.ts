import { availableParallelism } from 'node:os';
import { findChromium, quietArguments } from '@unroll-tools/setup/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { peerName } from '../driver/column.ts';
import type { RemotePeer } from '../driver/remote-peer.ts';
import type { StartablePeer } from '../driver/startable-peer.ts';
import type { Reply, Request } from '../peer.ts';
import { servePage } from './serve-page.ts';

function chromiumPath(): string {
  const found = findChromium();
  if (found) return found;
  throw new Error(
    'bench --browser: there is no Chromium in its usual places; install one (apt-get install chromium), or name it by the ' +
      'environment variable CHROMIUM',
  );
}

/** The function of the page in `page.ts` */
declare function answer(request: Request): Promise<Reply>;

/** A peer in its own page. */
class PeerPage implements RemotePeer {
  readonly name: string;
  readonly #page: Page;

  constructor(name: string, page: Page) {
    this.name = name;
    this.#page = page;
  }

  ask(request: Request): Promise<Reply> {
    return this.#page
      .evaluate((asked: Request) => answer(asked), request)
      .catch((error: Error) => ({ error: error.message.split('\n')[0]! }));
  }

  stop(): Promise<void> {
    return this.#page.close();
  }
}

/** Peers in cross-origin isolated pages of one browser, and the browser's name. */
export interface Pages {
  readonly peers: readonly StartablePeer[];
  readonly browser: string;
  close(): Promise<void>;
}

/** The WebGPU implementation of a page: a GPU, or Chromium's SwiftShader. */
export type GpuChoice = 'gpu' | 'software';

const webgpuArguments = (choice: GpuChoice): string[] => [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  ...(choice === 'software' ? ['--use-webgpu-adapter=swiftshader', '--use-vulkan=swiftshader'] : []),
];

/**
 * Bundles the page, serves it on loopback and opens a headless browser without update requests.
 *
 * @param gpu the implementation for peers on WebGPU; undefined for other peers
 */
export async function openPages(gpu?: GpuChoice): Promise<Pages> {
  const executablePath = chromiumPath();
  const server = await servePage();
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', ...quietArguments, ...(gpu ? webgpuArguments(gpu) : [])],
  });
  const most = availableParallelism();
  const counts = most === 1 ? [1] : [most, 1];
  const ours = ['unroll cpu', 'unroll onnxruntime'].flatMap((library) =>
    counts.map((threads) => ({ library, threads })),
  );
  const others = ['tfjs-wasm', 'jax-js'].map((library) => ({ library, threads: most }));
  const onGpu = ['unroll webgpu', 'tfjs-webgpu', 'jax-js webgpu', 'onnxruntime webgpu'].map((library) => ({
    library,
    threads: 0,
  }));
  const chosen = gpu ? [...onGpu, { library: 'unroll cpu', threads: most }] : [...ours, ...others];
  const peers = chosen.map((candidate) => ({
    ...candidate,
    start: () => openPage(browser, server.url, candidate.library, candidate.threads),
  }));
  return {
    peers,
    browser: `Chromium ${browser.version()}`,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** Opens a page in its own context, and so in its own process. */
async function openPage(browser: Browser, url: string, library: string, threads: number): Promise<PeerPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  if (process.env.BENCH_DEBUG) {
    page.on('console', (message) => console.error(`${library}: ${message.text()}`));
    page.on('pageerror', (error) => console.error(`${library}: ${error.stack}`));
  }
  await page.goto(`${url}?${new URLSearchParams({ library, threads: String(threads) })}`);
  await page.waitForFunction('globalThis.answer !== undefined', undefined, { timeout: 0 });
  return new PeerPage(peerName({ library, threads }), page);
}
