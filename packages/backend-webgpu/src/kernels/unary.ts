import {
  Acosh,
  Asinh,
  Atanh,
  Cos,
  Elu,
  Exp,
  Expm1,
  Log,
  Log1p,
  Sigmoid,
  Sin,
  Softplus,
  Tan,
  Tanh,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { isNaNFunction } from '../programs/not-a-number.ts';
import { defineProgram, type Program } from '../programs/program.ts';
import { tfjsKernel, type WebgpuKernel } from './webgpu-kernel.ts';

/**
 * WGSL: `logOf1And(x)` and `expLess1(x)` by series near 0, where direct `log(1 + x)` and `exp(x) − 1` lose most digits.
 * The series also work with compilers that simplify as in real arithmetic, where `(1 + x) − 1` is x.
 */
const nearZero = `
const LOG_2 = 0.69314718056;
fn logOf1And(x: f32) -> f32 {
  if (abs(x) > 0.5) { return logOf(1.0 + x); }
  // 2 artanh s
  let s = x / (2.0 + x);
  let q = s * s;
  let series = q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0)))));
  return 2.0 * s * (1.0 + series);
}
fn expLess1(x: f32) -> f32 {
  if (abs(x) > 0.5) { return exp(x) - 1.0; }
  let series = 1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0 + x / 40320.0)));
  return x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * series)));
}`;

/**
 * WGSL: `logOf(x)`, infinite at 0 and ∞. An adapter's own `log` may return the logarithm of its least or largest number
 * there.
 */
const logarithm = `
fn logOf(x: f32) -> f32 {
  if (x == 0.0) { return -params.infinity; }
  return select(select(log(x), x, x > 3.4028234e38), params.notANumber, x < 0.0);
}`;

/**
 * WGSL: `sineAt(x, quarter)`, the sine of x plus `quarter` quarters of a circle. WGSL's own sine may have an error of
 * 2⁻¹¹. The argument is reduced to −π/4…π/4 by subtracting multiples of π/2 in three parts. The first two subtractions
 * are exact below 8,192; beyond that, WGSL's own sine is used.
 */
const circle = `
fn sineAt(x: f32, quarter: i32) -> f32 {
  if (!(abs(x) < 8192.0)) { return select(sin(x + f32(quarter) * 1.57079632679), params.notANumber, abs(x) > 3.4e38); }
  let turns = round(x * 0.636619772368);
  let r = ((x - turns * 1.5703125) - turns * 4.83751296997e-4) - turns * 7.54978995489e-8;
  let q = r * r;
  let sine = r + r * q * (-1.0 / 6.0 + q * (1.0 / 120.0 + q * (-1.0 / 5040.0 + q / 362880.0)));
  let cosine = 1.0 + q * (-0.5 + q * (1.0 / 24.0 + q * (-1.0 / 720.0 + q / 40320.0)));
  let part = (i32(turns) + quarter) & 3;
  let value = select(sine, cosine, (part & 1) == 1);
  return select(value, -value, part >= 2);
}`;

const unary = (name: string, formula: string): Program =>
  defineProgram({
    name,
    params: { size: 'u32', notANumber: 'f32', infinity: 'f32' },
    buffers: { x: ['read', 'f32'], y: ['read_write', 'f32'] },
    code: `
${isNaNFunction}
${logarithm}
${nearZero}
${circle}
fn resultOf(x: f32) -> f32 { ${formula} }
${eachItem}
  let value = x[index];
  y[index] = select(resultOf(value), value, isNaN(value));
}`,
  });

/**
 * Functions of TensorFlow.js for which tfjs-backend-webgpu loses NaN on some adapters, or loses digits of small
 * results.
 */
const programsByKernel: Readonly<Record<string, Program>> = {
  [Exp]: unary('exp', 'return exp(x);'),
  [Log]: unary('log', 'return logOf(x);'),
  [Sigmoid]: unary('sigmoid', 'return 1.0 / (1.0 + exp(-x));'),
  [Log1p]: unary('log1p', 'return logOf1And(x);'),
  [Expm1]: unary('expm1', 'return expLess1(x);'),
  [Softplus]: unary('softplus', 'return max(x, 0.0) + logOf1And(exp(-abs(x)));'),
  [Elu]: unary('elu', 'if (x >= 0.0) { return x; } return expLess1(x);'),
  [Asinh]: unary(
    'asinh',
    'let a = abs(x); if (a > 1e9) { return sign(x) * (log(a) + LOG_2); } return sign(x) * logOf1And(a + a * a / (1.0 + sqrt(a * a + 1.0)));',
  ),
  [Acosh]: unary(
    'acosh',
    'if (x > 1e9) { return log(x) + LOG_2; } let t = x - 1.0; return select(logOf1And(t + sqrt(2.0 * t + t * t)), params.notANumber, x < 1.0);',
  ),
  [Atanh]: unary(
    'atanh',
    'let a = abs(x); return select(0.5 * sign(x) * logOf1And(2.0 * a / (1.0 - a)), params.notANumber, a > 1.0);',
  ),
  [Sin]: unary('sin', 'return sineAt(x, 0);'),
  [Cos]: unary('cos', 'return sineAt(x, 1);'),
  [Tan]: unary('tan', 'return sineAt(x, 0) / sineAt(x, 1);'),
  [Tanh]: unary('tanh', 'let e = expLess1(-2.0 * abs(x)); return sign(x) * -e / (2.0 + e);'),
};

export const unaryPrograms: readonly Program[] = Object.values(programsByKernel);

export const unaryKernels: readonly WebgpuKernel[] = Object.entries(programsByKernel).map(
  ([kernelName, program]) =>
    tfjsKernel<{ x: TensorInfo }>(kernelName, ({ x }, _, gpu) => {
      if (x.dtype !== 'float32') return undefined;
      const y = gpu.output(x.shape);
      const size = util.sizeFromShape(x.shape);
      gpu.run(program, {
        buffers: { x, y },
        params: { size, notANumber: Number.NaN, infinity: Number.POSITIVE_INFINITY },
        workgroups: workgroupsFor(size),
      });
      return y;
    }),
);
