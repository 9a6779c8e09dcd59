export type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from './generated/onnx_pb.ts';
export { type Attributes, type FloatAttribute, float } from './graph/attribute.ts';
export type { ElementType } from './graph/element-type.ts';
export { GraphBuilder, type ScanBody, type ScanOptions } from './graph/graph-builder.ts';
export { type Model, OPSET } from './graph/model.ts';
export type { Ref, RefType } from './graph/ref.ts';
export type {
  KernelLowering,
  Refs,
  RunNumbers,
  TensorType,
  TensorTypes,
} from './lowering/kernel-lowering.ts';
export { lowerings } from './lowering/lowerings.ts';
export { OnnxFormatError, readModel, writeModel } from './model-file.ts';
export {
  type DirectionTensor,
  fromOnnxGates,
  type RecurrentActivation,
  type RecurrentOperator,
  recurrentLayout,
  recurrentOperators,
  toOnnxGates,
} from './recurrent-operators.ts';
