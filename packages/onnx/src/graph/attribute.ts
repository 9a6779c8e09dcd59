import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
} from '../generated/onnx_pb.ts';

/** A number for an attribute that an operator declares as float. A plain number is an integer. */
export interface FloatAttribute {
  readonly float: number;
}

type Attribute = number | FloatAttribute | string | readonly number[] | readonly string[] | GraphProto;
export type Attributes = Readonly<Record<string, Attribute>>;

export const float = (value: number): FloatAttribute => ({ float: value });

export function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeType.STRING,
      s: new TextEncoder().encode(value),
    });
  }
  if ('float' in value)
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: Math.fround(value.float) });
  if ('$typeName' in value)
    return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: value });
  const strings = value.filter((element) => typeof element === 'string');
  if (strings.length > 0) {
    const encoded = strings.map((element) => new TextEncoder().encode(element));
    return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings: encoded });
  }
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}
