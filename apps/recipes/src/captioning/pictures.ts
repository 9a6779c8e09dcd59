import type { Image } from '@unroll/data/images';

/** A picture for convolutions. */
export interface Picture {
  /** In [0, 1], channel by channel, row by row */
  readonly data: Float32Array;
  /** `[channels, height, width]` */
  readonly shape: readonly [number, number, number];
}

export interface CaptionedPicture {
  readonly picture: Picture;
  /** Words in lower case */
  readonly caption: readonly string[];
}

/**
 * Shows an image on white in another size: each pixel is the mean of those that it covers, or the nearest one. Alpha
 * is the last of 2 or 4 channels.
 */
export function pictureOf({ data, shape }: Image, [height, width]: readonly [number, number]): Picture {
  const [rows, columns, all] = shape;
  const hasAlpha = all % 2 === 0;
  const channels = hasAlpha ? all - 1 : all;
  const onWhite = (pixel: number, channel: number): number => {
    const value = data[pixel * all + channel]!;
    return hasAlpha ? 1 + data[pixel * all + channels]! * (value - 1) : value;
  };
  const picture = new Float32Array(channels * height * width);
  for (let place = 0; place < picture.length; place++) {
    const channel = Math.floor(place / (height * width));
    const [firstRow, endRow] = covered(Math.floor(place / width) % height, height, rows);
    const [firstColumn, endColumn] = covered(place % width, width, columns);
    let sum = 0;
    for (let row = firstRow; row < endRow; row++)
      for (let column = firstColumn; column < endColumn; column++)
        sum += onWhite(row * columns + column, channel);
    picture[place] = sum / ((endRow - firstRow) * (endColumn - firstColumn));
  }
  return { data: picture, shape: [channels, height, width] };
}

/** The places of `from` that one of `to` covers, at least one */
function covered(place: number, to: number, from: number): [first: number, end: number] {
  const first = Math.floor((place * from) / to);
  return [first, Math.max(first + 1, Math.floor(((place + 1) * from) / to))];
}
