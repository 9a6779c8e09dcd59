// y[i] = f(x[i]), four elements per item. Blocks of tensors hold whole vectors, so the last item may be partly filled.

import { exp4, log4, sigmoid4, splat, tanh4 } from './simd';

// A function is a class without fields, so that `map` is compiled once for each with the function inlined. p and q are
// the function's parameters, if it has any.

// @ts-ignore: decorator
@inline
function map<F>(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void {
  const f = changetype<F>(0);
  const a = splat(p);
  const b = splat(q);
  const last = <usize>end << 4;
  for (let at = <usize>begin << 4; at < last; at += 16) v128.store(y + at, f.of(v128.load(x + at), a, b));
}

@unmanaged class Relu {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.max(x, splat(0));
  }
}
@unmanaged class LeakyRelu {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(f32x4.mul(x, p), x, f32x4.lt(x, splat(0)));
  }
}
@unmanaged class Elu {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(f32x4.sub(exp4(x), splat(1)), x, f32x4.lt(x, splat(0)));
  }
}
@unmanaged class Sigmoid {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return sigmoid4(x);
  }
}
@unmanaged class Tanh {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return tanh4(x);
  }
}
@unmanaged class Exp {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return exp4(x);
  }
}
@unmanaged class Log {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return log4(x);
  }
}
@unmanaged class Sqrt {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.sqrt(x);
  }
}
@unmanaged class Rsqrt {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.div(splat(1), f32x4.sqrt(x));
  }
}
@unmanaged class Square {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.mul(x, x);
  }
}
@unmanaged class Abs {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.abs(x);
  }
}
@unmanaged class Neg {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.neg(x);
  }
}
@unmanaged class Reciprocal {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.div(splat(1), x);
  }
}
/** 1 where x > 0, else p; NaN for NaN. */
@unmanaged class Step {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    const step = v128.bitselect(splat(1), p, f32x4.gt(x, splat(0)));
    return v128.bitselect(step, x, f32x4.eq(x, x));
  }
}
@unmanaged class Clip {
  // @ts-ignore: decorator
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.min(f32x4.max(x, p), q);
  }
}

export function relu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Relu>(x, y, p, q, begin, end); }
export function leakyRelu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<LeakyRelu>(x, y, p, q, begin, end); }
export function elu(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Elu>(x, y, p, q, begin, end); }
export function sigmoid(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sigmoid>(x, y, p, q, begin, end); }
export function tanh(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Tanh>(x, y, p, q, begin, end); }
export function exp(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Exp>(x, y, p, q, begin, end); }
export function log(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Log>(x, y, p, q, begin, end); }
export function sqrt(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Sqrt>(x, y, p, q, begin, end); }
export function rsqrt(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Rsqrt>(x, y, p, q, begin, end); }
export function square(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Square>(x, y, p, q, begin, end); }
export function abs(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Abs>(x, y, p, q, begin, end); }
export function neg(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Neg>(x, y, p, q, begin, end); }
export function reciprocal(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Reciprocal>(x, y, p, q, begin, end); }
export function step(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Step>(x, y, p, q, begin, end); }
export function clip(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void { map<Clip>(x, y, p, q, begin, end); }
