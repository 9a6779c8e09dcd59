import { defineConfig } from 'vitest/config';

/** What every package's tests share: Node, forked processes (one tfjs engine each), and a report that is counted at the end. */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    include: ['src/**/*.test.ts'],
    testTimeout: 0,
    hookTimeout: 0,
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/vitest.json' },
  },
});
