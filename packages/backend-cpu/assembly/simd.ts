// Vectors of four float32: the build's multiply-add, and exp, tanh and the logistic function. The polynomial
// coefficients are those of expf and tanhf in the Cephes library; errors are below 2 ulp.

/** a·b + c; one rounding in the relaxed build on machines with FMA, two elsewhere. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** e^x; ∞ above 88.73, 0 below −104, NaN for NaN. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // pmin and pmax in this order propagate NaN and take one instruction each; min and max take seven.
  const clamped = f32x4.pmax(f32x4.pmin(x, splat(89)), splat(-105));
  const n = f32x4.nearest(f32x4.mul(clamped, splat(1.44269504088896341)));
  let r = f32x4.sub(clamped, f32x4.mul(n, splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, splat(-2.12194440e-4)));
  let p = madd(r, splat(1.9875691500e-4), splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), splat(1));
  // 2^n as two factors, so that results near the limits overflow to ∞ and underflow gradually.
  const k = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(k, 1);
  const scale1 = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23);
  const scale2 = i32x4.shl(i32x4.add(i32x4.sub(k, half), i32x4.splat(127)), 23);
  return f32x4.mul(f32x4.mul(p, scale1), scale2);
}

/** 1 / (1 + e^−x) */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(x))));
}

/** Near 0 an odd polynomial; elsewhere 1 − 2 / (e^2|x| + 1) with the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = madd(z, splat(-5.70498872745e-3), splat(2.06390887954e-2));
  p = madd(p, z, splat(-5.37397155531e-2));
  p = madd(p, z, splat(1.33314422036e-1));
  p = madd(p, z, splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, z), x, x);
  const size = f32x4.abs(x);
  const e = exp4(f32x4.add(size, size));
  const far = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(e, splat(1))));
  const sign = v128.and(x, i32x4.splat(0x80000000));
  // NaN fails the comparison and takes the near branch, which propagates it.
  return v128.bitselect(v128.or(far, sign), near, f32x4.ge(size, splat(0.625)));
}

/** ln x; −∞ at 0, NaN for negative x, ∞ at ∞. Cephes' logf. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  // Denormal numbers are first scaled into the range of normal ones.
  const tiny = f32x4.lt(x, splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, splat(8388608)), x, tiny);
  const bits = scaled;
  let exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(bits, 23), i32x4.splat(126)));
  exponent = f32x4.sub(exponent, v128.and(tiny, splat(23)));
  let m = v128.or(v128.and(bits, i32x4.splat(0x007fffff)), splat(0.5)); // in [½, 1)
  const low = f32x4.lt(m, splat(0.707106781186547524));
  exponent = f32x4.sub(exponent, v128.and(low, splat(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(m, low)), splat(1));
  const z = f32x4.mul(m, m);
  let p = madd(m, splat(7.0376836292e-2), splat(-1.1514610310e-1));
  p = madd(p, m, splat(1.1676998740e-1));
  p = madd(p, m, splat(-1.2420140846e-1));
  p = madd(p, m, splat(1.4249322787e-1));
  p = madd(p, m, splat(-1.6668057665e-1));
  p = madd(p, m, splat(2.0000714765e-1));
  p = madd(p, m, splat(-2.4999993993e-1));
  p = madd(p, m, splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, m), z);
  p = madd(exponent, splat(-2.12194440e-4), p);
  p = madd(z, splat(-0.5), p);
  let result = madd(exponent, splat(0.693359375), f32x4.add(m, p));
  result = v128.bitselect(x, result, f32x4.eq(x, splat(<f32>Infinity)));
  result = v128.bitselect(splat(-<f32>Infinity), result, f32x4.eq(x, splat(0)));
  // NaN for negative numbers and for NaN itself.
  return v128.bitselect(result, splat(f32.NaN), f32x4.ge(x, splat(0)));
}

/**
 * 0 where |v| < 1e-30, else v; NaN stays. States and gradients that decay step by step become 0 before their products
 * are denormal numbers, which can be a hundred times slower.
 */
// @ts-ignore: decorator
@inline
export function flush(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), splat(1e-30)));
}
