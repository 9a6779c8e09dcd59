import { testTfjsCore } from '@unroll/backend-testkit';
import { cpu } from './cpu.ts';

testTfjsCore(() => cpu({ threads: 2 }));
