import { testBackend } from '@unroll/backend-testkit';
import { cpu } from './cpu.ts';

testBackend(() => cpu({ threads: 2 }));
