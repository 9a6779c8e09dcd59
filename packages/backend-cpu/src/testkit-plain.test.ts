import { testBackend } from '@unroll/backend-testkit';
import { cpu } from './cpu.ts';

// Tests the build without fused multiply-add, on the calling thread alone.
testBackend(() => cpu({ simd: 'plain', threads: 1 }));
