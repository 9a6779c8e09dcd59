/** Chunks of a file as a `Blob`. */
export const blobOf = (chunks: readonly Uint8Array[]): Blob => new Blob([...chunks] as BlobPart[]);
