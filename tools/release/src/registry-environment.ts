import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Variables that make npm and pnpm use one registry, and none of the user's settings and caches.
 *
 * @param folder the folder for their settings and caches
 */
export function registryEnvironment(url: string, folder: string): Record<string, string> {
  const settings = join(folder, 'npmrc');
  // npm refuses to publish without a token, even to a registry that accepts everybody.
  writeFileSync(settings, `registry=${url}\n${url.replace(/^https?:/, '')}:_authToken=anyone\n`);
  return {
    npm_config_registry: url,
    npm_config_userconfig: settings,
    npm_config_cache: join(folder, 'npm-cache'),
    XDG_CACHE_HOME: join(folder, 'pnpm-cache'),
    // The install script of onnxruntime-node would download GPU libraries.
    ONNXRUNTIME_NODE_INSTALL: 'skip',
  };
}
