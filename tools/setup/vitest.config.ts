import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

// This folder has no src: its programs run directly, before anything is installed.
export default mergeConfig(shared, defineConfig({ test: { include: ['*.test.ts'] } }));
