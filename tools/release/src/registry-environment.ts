import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Variables that have npm and pnpm use one registry, and nothing that the machine's user has set or keeps.
 *
 * @param folder where their settings and caches are to lie
 */
export function registryEnvironment(url: string, folder: string): Record<string, string> {
  const settings = join(folder, 'npmrc');
  // A registry that lets anyone publish wants a token all the same: npm refuses to publish without.
  writeFileSync(settings, `registry=${url}\n${url.replace(/^https?:/, '')}:_authToken=anyone\n`);
  return {
    npm_config_registry: url,
    npm_config_userconfig: settings,
    npm_config_cache: join(folder, 'npm-cache'),
    XDG_CACHE_HOME: join(folder, 'pnpm-cache'),
    // onnxruntime-node's own script would fetch libraries for GPUs.
    ONNXRUNTIME_NODE_INSTALL: 'skip',
  };
}
