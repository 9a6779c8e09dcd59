// Tables as text: comma-separated and tab-separated values.

export { type CsvOptions, csv, tsv } from './formats/csv.ts';
