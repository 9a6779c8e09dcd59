import { expect, it } from 'vitest';
import { workloadById } from './workloads.ts';

it('lists the cases when one is unknown', () => {
  expect(() => workloadById('W9')).toThrow(
    "there is no case 'W9'; expected one of GEMM, W1, W2, W3, W4, W5, C1, C2, C3, E2E, W6, W6c, P1, P2, L1, L2, L3, S1, S1p, S2",
  );
});
