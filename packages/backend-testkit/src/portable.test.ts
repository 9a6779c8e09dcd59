import { testBackend } from './test-backend.ts';
import { tfjsCpu } from './tfjs-backend.ts';

// The portable kernels on plain tfjs-backend-cpu: what they are the reference for, and what PyTorch and the definitions say of them.
testBackend(tfjsCpu);
