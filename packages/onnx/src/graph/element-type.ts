import { TensorProto_DataType } from '../generated/onnx_pb.ts';

/** Types of a tensor's elements in a graph, named as in onnxruntime's JavaScript API. */
export type ElementType = 'float32' | 'float64' | 'bool' | 'uint8' | 'int32' | 'uint32' | 'int64' | 'string';

const codes: Readonly<Record<ElementType, number>> = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  bool: TensorProto_DataType.BOOL,
  uint8: TensorProto_DataType.UINT8,
  int32: TensorProto_DataType.INT32,
  uint32: TensorProto_DataType.UINT32,
  int64: TensorProto_DataType.INT64,
  string: TensorProto_DataType.STRING,
};

/** The code of a type in a file. */
export function elementTypeCode(type: ElementType): number {
  return codes[type];
}
