import { kind, type OptionKinds } from '@unroll/backend/checks';
import { type BadRowOptions, badRowKinds } from './bad-rows.ts';

/** What holds for every format. */
export interface ReadOptions extends BadRowOptions {
  /**
   * A label that `TextDecoder` knows. Default `utf-8`. As in browsers, `latin1` is windows-1252. Bytes that are none of the encoding's
   * make a row bad; in UTF-16 they end the reading, and a resumed reading of it decodes from the file's beginning.
   */
  encoding?: string | undefined;
}

export const readKinds: OptionKinds<ReadOptions> = { ...badRowKinds, encoding: kind.text };
