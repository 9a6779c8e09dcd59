import { checkValue, kind } from '@unroll/backend/checks';

/** Throws unless both decays are in [0, 1). */
export function checkBetas(owner: string, betas: readonly [number, number]): void {
  checkValue(owner, 'betas[0]', betas[0], kind.inside('[0, 1)'));
  checkValue(owner, 'betas[1]', betas[1], kind.inside('[0, 1)'));
}
