import { tfjsCpu } from './tfjs-backend.ts';
import { testTfjsCore } from './tfjs-core/test-tfjs-core.ts';

testTfjsCore(tfjsCpu);
