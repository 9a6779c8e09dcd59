import '@tensorflow/tfjs-backend-cpu';
import { tfjsBackend } from '@unroll/backend';
import { testTfjsCore } from './tfjs-core/test-tfjs-core.ts';

testTfjsCore(() => tfjsBackend('cpu'));
