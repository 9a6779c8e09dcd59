import { tfjsBackend } from '@unroll/backend';
import { testBackend } from './test-backend.ts';

// The portable kernels on plain tfjs-backend-cpu: what they are the reference for, and what PyTorch and the definitions say of them.
testBackend(() => tfjsBackend('cpu'));
