import { testTfjsCore } from '@unroll/backend-testkit';
import { it } from 'vitest';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import exclusions from '../test/tfjs-core-exclusions.json' with { type: 'json' };
import { webgpu } from './webgpu.ts';

// With WEBGPU_CPU_FORWARD small tensors would be computed on the host.
if (isThere) testTfjsCore(() => webgpu(options), { exclusions, flags: { WEBGPU_CPU_FORWARD: false } });
else it.skip(`tfjs-core’s specs${whySkipped}`);
