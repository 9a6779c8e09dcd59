import { testTfjsCore } from '@unroll/backend-testkit';
import { onnxruntime } from './onnxruntime.ts';

testTfjsCore(() => onnxruntime({ threads: 1 }), {
  exclusions: [
    {
      reason: 'expects more digits than float32 has; tfjs-backend-cpu computes in float64',
      specs: ['exp int32', 'tan numbers exceed float32 precision'],
    },
  ],
});
