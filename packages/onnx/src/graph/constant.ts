import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type TensorProto, TensorProtoSchema } from '../generated/onnx_pb.ts';
import { type ElementType, elementTypeCode } from './element-type.ts';

/** A constant of a graph: a number or a vector. */
export function constantProto(
  name: string,
  values: number | readonly number[],
  type: ElementType,
): TensorProto {
  const vector = typeof values === 'number' ? [values] : values;
  return create(TensorProtoSchema, {
    name,
    dims: typeof values === 'number' ? [] : [BigInt(vector.length)],
    dataType: elementTypeCode(type),
    ...elements(vector, type),
  });
}

/** The elements, in the field of their type. */
function elements(values: readonly number[], type: ElementType): MessageInitShape<typeof TensorProtoSchema> {
  switch (type) {
    case 'float32':
      return { floatData: values.map(Math.fround) };
    case 'float64':
      return { doubleData: [...values] };
    case 'int64':
      return { int64Data: values.map(BigInt) };
    case 'uint32':
      return { uint64Data: values.map(BigInt) };
    case 'string':
      throw new Error('GraphBuilder: constants are numbers; got strings');
    default:
      return { int32Data: [...values] };
  }
}
