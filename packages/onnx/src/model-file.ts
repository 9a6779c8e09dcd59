import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import { type ModelProto, ModelProtoSchema } from './generated/onnx_pb.ts';

/** Bytes that are not an ONNX file. */
export class OnnxFormatError extends FormatError {
  override readonly name = 'OnnxFormatError';
}

/**
 * Reads an ONNX file. Unknown fields are kept, and `writeModel` writes them again.
 *
 * @throws {OnnxFormatError} where the bytes are not an ONNX file
 */
export function readModel(bytes: Uint8Array): ModelProto {
  if (!(bytes instanceof Uint8Array))
    throw new ArgumentError(
      'readModel',
      'bytes',
      `is ${typeof bytes}; expected a Uint8Array with an ONNX file`,
    );
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new OnnxFormatError(
      `readModel: the ${bytes.length} bytes are no ONNX file: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
  if (!model.graph || model.irVersion < 1n) {
    const lacking = model.graph ? 'version' : 'graph';
    throw new OnnxFormatError(`readModel: the ${bytes.length} bytes are no ONNX file: it has no ${lacking}`);
  }
  return model;
}

/** A model as the bytes of an ONNX file. */
export function writeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, model) as Uint8Array<ArrayBuffer>;
}
