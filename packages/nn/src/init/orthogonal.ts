import { tensor as makeTensor, mul, type Variable } from '@tensorflow/tfjs-core';
import { defaultGenerator } from '../random.ts';
import { overwrite } from './overwrite.ts';
import type { XavierOptions } from './xavier.ts';
