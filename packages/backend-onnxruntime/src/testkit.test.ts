import { testBackend } from '@unroll/backend-testkit';
import { onnxruntime } from './onnxruntime.ts';

testBackend(() => onnxruntime({ threads: 2 }));
