import type { Attributes } from './attribute.ts';
import type { ElementType } from './element-type.ts';
import type { Ref, RefType } from './ref.ts';

type Inputs = readonly (Ref | undefined)[];
type Infer = (inputs: Inputs, attributes: Attributes) => RefType | readonly RefType[];

const maxRank = (inputs: Inputs): number => Math.max(...inputs.map((input) => input?.rank ?? 0));

const like: Infer = ([x]) => ({ type: x!.type, rank: x!.rank });
const broadcast: Infer = (inputs) => ({ type: inputs[0]!.type, rank: maxRank(inputs) });
const comparison: Infer = (inputs) => ({ type: 'bool', rank: maxRank(inputs) });
const shaped: Infer = ([x, shape]) => ({ type: x!.type, rank: lengthOf(shape, 'shape') });
const reduction =
  (type?: ElementType): Infer =>
  ([x, axes], { keepdims = 1 }) => ({
    type: type ?? x!.type,
    rank: keepdims === 1 ? x!.rank : axes ? x!.rank - lengthOf(axes, 'axes') : 0,
  });
const argument: Infer = ([x], { keepdims = 1 }) => ({
  type: 'int64',
  rank: keepdims === 1 ? x!.rank : x!.rank - 1,
});

function lengthOf(vector: Ref | undefined, name: string): number {
  if (vector?.length === undefined) {
    throw new Error(`GraphBuilder: the length of ${name} is unknown; give the operator's outputs`);
  }
  return vector.length;
}

const all = (infer: Infer, ...names: string[]): [string, Infer][] => names.map((name) => [name, infer]);

/** Infers the type and the number of axes of each operator's outputs from its inputs and attributes, but no sizes. */
export const operators: ReadonlyMap<string, Infer> = new Map<string, Infer>([
  ...all(
    like,
    ...[
      'Identity',
      'Abs',
      'Acos',
      'Acosh',
      'Asin',
      'Asinh',
      'Atan',
      'Atanh',
      'Ceil',
      'Cos',
      'Cosh',
      'Elu',
      'Erf',
    ],
    ...[
      'Exp',
      'Floor',
      'LeakyRelu',
      'Log',
      'Neg',
      'Not',
      'Reciprocal',
      'Relu',
      'Round',
      'Selu',
      'Sigmoid',
      'Sign',
    ],
    ...[
      'Sin',
      'Sinh',
      'Softplus',
      'Sqrt',
      'Tan',
      'Tanh',
      'Clip',
      'Softmax',
      'LogSoftmax',
      'CumSum',
      'Transpose',
    ],
    ...[
      'Concat',
      'Slice',
      'Pad',
      'Tile',
      'ScatterElements',
      'ScatterND',
      'ReverseSequence',
      'Conv',
      'ConvTranspose',
    ],
    ...[
      'MaxPool',
      'AveragePool',
      'DepthToSpace',
      'SpaceToDepth',
      'LRN',
      'BatchNormalization',
      'Resize',
      'BitwiseNot',
    ],
    ...['LayerNormalization', 'ThresholdedRelu', 'Trilu'],
  ),
  ...all(
    broadcast,
    ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Mod', 'PRelu', 'MatMul', 'And', 'Or', 'Xor', 'Sum'],
    ...['BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor'],
  ),
  ...all(comparison, 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'),
  ...all((inputs) => ({ type: 'bool', rank: inputs[0]!.rank }), 'IsNaN', 'IsInf'),
  ...all(
    reduction(),
    ...['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL2', 'ReduceLogSumExp'],
    'ReduceSumSquare',
  ),
  ...all(argument, 'ArgMax', 'ArgMin'),
  ...all(shaped, 'Reshape'),
  ['Where', (inputs) => ({ type: inputs[1]!.type, rank: maxRank(inputs) })],
  ['Expand', ([x, shape]) => ({ type: x!.type, rank: Math.max(x!.rank, lengthOf(shape, 'shape')) })],
  ['Unsqueeze', ([x, axes]) => ({ type: x!.type, rank: x!.rank + lengthOf(axes, 'axes') })],
  ['Squeeze', ([x, axes]) => ({ type: x!.type, rank: x!.rank - lengthOf(axes, 'axes') })],
  ['Shape', ([x]) => ({ type: 'int64', rank: 1, length: x!.rank })],
  ['Gemm', ([a]) => ({ type: a!.type, rank: 2 })],
  ['Gather', ([x, indices]) => ({ type: x!.type, rank: x!.rank + indices!.rank - 1 })],
  ['GatherElements', ([x, indices]) => ({ type: x!.type, rank: indices!.rank })],
  ['OneHot', ([indices, , values]) => ({ type: values!.type, rank: indices!.rank + 1 })],
  ['Range', ([start]) => ({ type: start!.type, rank: 1 })],
  [
    'TopK',
    ([x]) => [
      { type: x!.type, rank: x!.rank },
      { type: 'int64', rank: x!.rank },
    ],
  ],
]);
