// One optimizer step of one parameter, four elements per item. The formulas are those of
// packages/backend/src/optimizer.

import { madd, splat } from './simd';

/** The gradient for the update: negated when maximising, and with weight decay added. */
// @ts-ignore: decorator
@inline
function effective(grad: usize, param: usize, at: usize, sign: v128, weightDecay: v128): v128 {
  return madd(v128.load(param + at), weightDecay, f32x4.mul(v128.load(grad + at), sign));
}

/**
 * buffer' = momentum·buffer + (1 − dampening)·g; without a buffer, buffer' = g. p' = p − lr·(g, buffer' or g +
 * momentum·buffer')
 */
export function sgdStep(
  param: usize, grad: usize, buffer: usize, newParam: usize, newBuffer: usize,
  lr: f32, momentum: f32, dampening: f32, weightDecay: f32, nesterov: bool, sign: f32,
  begin: i32, end: i32,
): void {
  const s = splat(sign);
  const decay = splat(weightDecay);
  const m = splat(momentum);
  const rate = splat(-lr);
  const damp = splat(1 - dampening);
  const last = <usize>end << 4;
  for (let at = <usize>begin << 4; at < last; at += 16) {
    let g = effective(grad, param, at, s, decay);
    if (newBuffer) {
      const b = buffer ? madd(m, v128.load(buffer + at), f32x4.mul(damp, g)) : g;
      v128.store(newBuffer + at, b);
      g = nesterov ? madd(m, b, g) : b;
    }
    v128.store(newParam + at, madd(rate, g, v128.load(param + at)));
  }
}

/**
 * m' = β₁m + (1−β₁)g; v' = β₂v + (1−β₂)g²; p' = p·shrink − stepSize·m' / (√v'·rootScale + ε). AMSGrad uses the maximum
 * of v'.
 */
export function adamStep(
  param: usize, grad: usize, expAvg: usize, expAvgSq: usize, maxExpAvgSq: usize,
  newParam: usize, newExpAvg: usize, newExpAvgSq: usize, newMaxExpAvgSq: usize,
  beta1: f32, beta2: f32, eps: f32, weightDecay: f32, shrink: f32, stepSize: f32, rootScale: f32, sign: f32,
  oneMinusBeta1: f32, oneMinusBeta2: f32,
  begin: i32, end: i32,
): void {
  const s = splat(sign);
  const decay = splat(weightDecay);
  const b1 = splat(beta1);
  const b2 = splat(beta2);
  const c1 = splat(oneMinusBeta1);
  const c2 = splat(oneMinusBeta2);
  const epsilon = splat(eps);
  const rate = splat(stepSize);
  const scale = splat(rootScale);
  const keep = splat(shrink);
  const last = <usize>end << 4;
  for (let at = <usize>begin << 4; at < last; at += 16) {
    const g = effective(grad, param, at, s, decay);
    const m = madd(b1, v128.load(expAvg + at), f32x4.mul(c1, g));
    const v = madd(b2, v128.load(expAvgSq + at), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(newExpAvg + at, m);
    v128.store(newExpAvgSq + at, v);
    let size = v;
    if (maxExpAvgSq) {
      size = f32x4.max(v128.load(maxExpAvgSq + at), v);
      v128.store(newMaxExpAvgSq + at, size);
    }
    const denominator = madd(f32x4.sqrt(size), scale, epsilon);
    const kept = f32x4.mul(v128.load(param + at), keep);
    v128.store(newParam + at, f32x4.sub(kept, f32x4.div(f32x4.mul(rate, m), denominator)));
  }
}

/**
 * v' = αv + (1−α)g²; if centred, a' = αa + (1−α)g and the root is of v' − a'²; buffer' = momentum·buffer + g/(√v'+ε)
 */
export function rmspropStep(
  param: usize, grad: usize, squareAvg: usize, buffer: usize, gradAvg: usize,
  newParam: usize, newSquareAvg: usize, newBuffer: usize, newGradAvg: usize,
  lr: f32, alpha: f32, oneMinusAlpha: f32, eps: f32, weightDecay: f32, momentum: f32, sign: f32,
  begin: i32, end: i32,
): void {
  const s = splat(sign);
  const decay = splat(weightDecay);
  const a = splat(alpha);
  const rest = splat(oneMinusAlpha);
  const epsilon = splat(eps);
  const rate = splat(-lr);
  const m = splat(momentum);
  const last = <usize>end << 4;
  for (let at = <usize>begin << 4; at < last; at += 16) {
    const g = effective(grad, param, at, s, decay);
    const v = madd(a, v128.load(squareAvg + at), f32x4.mul(rest, f32x4.mul(g, g)));
    v128.store(newSquareAvg + at, v);
    let size = v;
    if (gradAvg) {
      const mean = madd(a, v128.load(gradAvg + at), f32x4.mul(rest, g));
      v128.store(newGradAvg + at, mean);
      size = f32x4.sub(v, f32x4.mul(mean, mean));
    }
    let step = f32x4.div(g, f32x4.add(f32x4.sqrt(size), epsilon));
    if (buffer) {
      step = madd(m, v128.load(buffer + at), step);
      v128.store(newBuffer + at, step);
    }
    v128.store(newParam + at, madd(rate, step, v128.load(param + at)));
  }
}

/** sum' = sum + g²; p' = p − lr·g / (√sum' + ε) */
export function adagradStep(
  param: usize, grad: usize, sum: usize, newParam: usize, newSum: usize,
  lr: f32, eps: f32, weightDecay: f32, sign: f32,
  begin: i32, end: i32,
): void {
  const s = splat(sign);
  const decay = splat(weightDecay);
  const epsilon = splat(eps);
  const rate = splat(-lr);
  const last = <usize>end << 4;
  for (let at = <usize>begin << 4; at < last; at += 16) {
    const g = effective(grad, param, at, s, decay);
    const total = f32x4.add(v128.load(sum + at), f32x4.mul(g, g));
    v128.store(newSum + at, total);
    const step = f32x4.div(g, f32x4.add(f32x4.sqrt(total), epsilon));
    v128.store(newParam + at, madd(rate, step, v128.load(param + at)));
  }
}
