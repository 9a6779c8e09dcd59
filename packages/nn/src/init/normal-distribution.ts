/** Beyond this many standard deviations, a double cannot tell 1 minus the tail from 1. */
const FAR = 8;

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The standard normal distribution function: `Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …)`, from Marsaglia, "Evaluating the
 * normal distribution" (Journal of Statistical Software, 2004).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -FAR) return 0;
  if (x > FAR) return 1;
  let term = x;
  let total = x;
  for (let denominator = 3; total + term !== total; denominator += 2) {
    term *= (x * x) / denominator;
    total += term;
  }
  return 0.5 + density(x) * total;
}

/** The rounding error between a probability and the `normalCdf` of its quantile. */
const ROUNDING = 1e-15;

/**
 * The inverse of `normalCdf`, by Newton's method from 0. Φ is concave right of 0 and convex left of 0, so every step
 * falls short of the root and cannot jump over it.
 */
export function normalQuantile(probability: number): number {
  let x = 0;
  let missing = probability - normalCdf(x);
  while (Math.abs(missing) > ROUNDING) {
    x += missing / density(x);
    missing = probability - normalCdf(x);
  }
  return x;
}
