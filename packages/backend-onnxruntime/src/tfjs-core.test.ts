import { testTfjsCore } from '@unroll/backend-testkit';
import { onnxruntime } from './onnxruntime.ts';

testTfjsCore(() => onnxruntime({ threads: 2 }));
