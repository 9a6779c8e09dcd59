import { defineConfig } from 'vitest/config';

/** Points Node's WebGPU to the SwiftShader of Debian's Chromium, unless the environment points elsewhere. */
const { VK_DRIVER_FILES = '/usr/lib/chromium/vk_swiftshader_icd.json', XDG_RUNTIME_DIR = '/tmp' } =
  process.env;

/**
 * The common settings of all packages' tests: Node, forked processes (one tfjs engine each), and a report for the final
 * count.
 */
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
