/**
 * Mel-frequency cepstral coefficients of log-mel frames, without the first one, which is the loudness. The mean over the
 * frames is subtracted from each, so that a microphone's colour does not matter: `c_k = Σ_m x_m cos(π k (m + ½) / M)`.
 *
 * @param frames log-mel features, `[T, M]`
 * @returns `[T, count]`
 * @see https://en.wikipedia.org/wiki/Mel-frequency_cepstrum
 */
export function cepstra(frames: readonly Float32Array[], count: number): Float32Array[] {
  const mels = frames[0]!.length;
  const cosines = Array.from({ length: count }, (_, k) =>
    Float32Array.from({ length: mels }, (_, m) => Math.cos((Math.PI * (k + 1) * (m + 0.5)) / mels)),
  );
  const all = frames.map((frame) => Float32Array.from(cosines, (cosine) => dot(frame, cosine)));
  const means = cosines.map((_, k) => all.reduce((sum, frame) => sum + frame[k]!, 0) / all.length);
  return all.map((frame) => frame.map((value, k) => value - means[k]!));
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
