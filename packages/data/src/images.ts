// Images: PNG files.

export { type Channels, type Image, type ReadPngOptions, readPng, writePng } from './images/png.ts';
