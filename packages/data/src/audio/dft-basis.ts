/**
 * The discrete Fourier transform of real samples under a periodic Hann window, as a matrix. A window that is shorter
 * than the transform is centred in it, as in `torch.stft`.
 *
 * @returns `[nFft, 2·(⌊nFft/2⌋ + 1)]`: cosines, then negative sines
 */
export function dftBasis(nFft: number, winLength: number): Float32Array {
  const frequencies = Math.floor(nFft / 2) + 1;
  const before = Math.floor((nFft - winLength) / 2);
  const basis = new Float32Array(nFft * 2 * frequencies);
  for (let n = 0; n < nFft; n++) {
    const inWindow = n - before;
    if (inWindow < 0 || inWindow >= winLength) continue;
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * inWindow) / winLength);
    for (let k = 0; k < frequencies; k++) {
      // The remainder keeps the angle small, and its sine exact.
      const angle = (2 * Math.PI * ((k * n) % nFft)) / nFft;
      basis[n * 2 * frequencies + k] = window * Math.cos(angle);
      basis[n * 2 * frequencies + frequencies + k] = -window * Math.sin(angle);
    }
  }
  return basis;
}
