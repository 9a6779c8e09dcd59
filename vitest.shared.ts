import { defineConfig } from 'vitest/config';

/** Leads Node's WebGPU to the SwiftShader that comes with Debian's Chromium, unless the environment leads it elsewhere. */
const { VK_DRIVER_FILES = '/usr/lib/chromium/vk_swiftshader_icd.json', XDG_RUNTIME_DIR = '/tmp' } =
  process.env;

/** What every package's tests share: Node, forked processes (one tfjs engine each), and a report that is counted at the end. */
export default defineConfig({
  test: {
    environment: 'node',
    env: { VK_DRIVER_FILES, XDG_RUNTIME_DIR },
    pool: 'forks',
    include: ['src/**/*.test.ts'],
    testTimeout: 0,
    hookTimeout: 0,
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/vitest.json' },
  },
});
