import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { runServer } from 'verdaccio';
import { command } from './command.ts';

export interface RegistryOptions {
  /** The folder in which packages of the uplink are cached between runs. */
  readonly storage: string;
  /**
   * Names of packages that are published here, and never requested from the uplink. They are removed when the registry
   * ends.
   */
  readonly published: readonly string[];
  /** The registry of all other packages; undefined when there are none. */
  readonly uplink?: string | undefined;
}

/** An npm registry on the loopback of this machine. */
export interface Registry extends AsyncDisposable {
  readonly url: string;
}

/** The address of the registry that npm uses here. */
export async function npmRegistry(cwd: string): Promise<string> {
  return (await command('npm', ['config', 'get', 'registry'], { cwd })).trim();
}

/** Starts verdaccio on a free port of the loopback. */
export async function startRegistry({ storage, published, uplink }: RegistryOptions): Promise<Registry> {
  mkdirSync(storage, { recursive: true });
  // Other checks may run at the same time with the same storage.
  const ofThisRun = mkdtempSync(join(storage, 'published-'));
  const anyone = { access: '$all', publish: '$all', unpublish: '$all' };
  const config = {
    storage,
    self_path: storage,
    configPath: join(storage, 'config.yaml'),
    auth: {},
    web: { enable: false },
    max_body_size: '1gb',
    uplinks: uplink ? { npm: { url: uplink, timeout: '120s', max_fails: 100 } } : {},
    packages: {
      ...Object.fromEntries(published.map((name) => [name, { ...anyone, storage: basename(ofThisRun) }])),
      '**': uplink ? { ...anyone, proxy: 'npm' } : anyone,
    },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  };
  const server = await runServer(config);
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(ofThisRun, { recursive: true, force: true });
    },
  };
}
