import type { MessageInitShape } from '@bufbuild/protobuf';
import { DataClass, DataType, type Summary_ValueSchema } from '../../generated/tensorboard_pb.ts';
import { type Bin, histogramBins } from './histogram.ts';
import type { EncodedImage } from './image.ts';

/** A value of an event, with its tag. */
export type SummaryValue = MessageInitShape<typeof Summary_ValueSchema>;

/** A number as the file stores it: a float32. Numbers beyond its range become infinities. */
export const scalar = (tag: string, value: number): SummaryValue => ({
  tag,
  value: { case: 'simpleValue', value: Math.fround(value) },
});

export const image = (tag: string, { width, height, channels, png }: EncodedImage): SummaryValue => ({
  tag,
  value: { case: 'image', value: { width, height, colorspace: channels, encodedImageString: png } },
});

/** Markdown, as `tf.summary.text` writes it. */
export const text = (tag: string, markdown: string): SummaryValue => ({
  tag,
  metadata: metadata('text'),
  value: {
    case: 'tensor',
    value: {
      dtype: DataType.DT_STRING,
      tensorShape: shape(1),
      stringVal: [new TextEncoder().encode(markdown)],
    },
  },
});

/** Bins as `tf.summary.histogram` writes them, `[bins, 3]`: low edge, high edge, count. */
export const histogram = (tag: string, values: ArrayLike<number>, bins: number): SummaryValue => ({
  tag,
  metadata: metadata('histograms'),
  value: { case: 'tensor', value: binsTensor(histogramBins(values, bins)) },
});

const binsTensor = (bins: readonly Bin[]) => ({
  dtype: DataType.DT_DOUBLE,
  tensorShape: shape(bins.length, 3),
  doubleVal: bins.flat(),
});

const metadata = (pluginName: string) => ({ pluginData: { pluginName }, dataClass: DataClass.TENSOR });

const shape = (...sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: BigInt(size) })) });
