import { blobSource, type CorpusOptions, corpus, gunzipped, lines } from '@unroll/data';
import { csv } from '@unroll/data/csv';

/** The page's results, for the program that drives it. */
export interface DataReport {
  /** The error of an interrupted download */
  brokeOff: string;
  /** Number of lines of the corpus, for each of two concurrent requests */
  lines: number[];
  /** Number of lines of the corpus without a network */
  kept: number;
  /** The error of a file with a wrong checksum, and the error of a second try */
  wrong: string[];
  /** Rows of a table with quotes */
  rows: object[];
  /** Lines of a gzip file */
  unpacked: string[];
}

async function allOf<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

/** Reads a corpus, whose first response breaks off, into the origin private file system. */
async function readAll(): Promise<DataReport> {
  const query = new URLSearchParams(location.search);
  const sha256 = query.get('sha256') ?? '';
  const cut = Number(query.get('cut'));
  const url = new URL('corpus.txt', location.href).href;
  const open = (options: CorpusOptions, sum = sha256) =>
    corpus({ name: 'lines', licence: 'CC0', files: [{ url, sha256: sum }] }, options);
  let asked = 0;
  const once: typeof fetch = (...args) =>
    asked++ === 0 ? fetch(...args) : Promise.reject(new Error('offline'));
  const offline: typeof fetch = () => Promise.reject(new Error('offline'));
  const count = async (made: Awaited<ReturnType<typeof corpus>>) =>
    (await allOf(lines(made.files[0]!))).length;

  // The response breaks off once the page has the first part.
  const onProgress = ({ bytes }: { bytes: number }) => void (bytes === cut && fetch('has-come'));
  const brokeOff = await open({ fetch: once, onProgress }).then(String, nameOf);
  const both = await Promise.all([open({}), open({})]);
  const wrong = '0'.repeat(64);
  const packed = new Blob(['a\nb\n']).stream().pipeThrough(new CompressionStream('gzip'));
  return {
    brokeOff,
    lines: await Promise.all(both.map(count)),
    kept: await count(await open({ fetch: offline })),
    wrong: [await open({}, wrong).then(String, nameOf), await open({}, wrong).then(String, nameOf)],
    rows: await allOf(csv(blobSource(new Blob(['a,b\n"1\n2","x""é"\n3,4\n'])))),
    unpacked: await allOf(lines(gunzipped(blobSource(await new Response(packed).blob())))),
  };
}

Object.assign(globalThis, { report: readAll() });
