import { tfjsBackend } from '@unroll/backend';
import { testBackend } from './test-backend.ts';

// Tests the portable kernels on plain tfjs-backend-cpu against themselves as the reference, PyTorch and the
// definitions.
testBackend(() => tfjsBackend('cpu'));
