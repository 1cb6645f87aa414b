// The rows of `promlet top` as lines of a terminal, however wide it is and whatever characters it knows.

import { displayWidth, fitted } from './display-width.ts';
import type { Paint } from './terminal.ts';
import type { Row } from './top-rows.ts';

export interface Look {
  readonly columns: number;
  readonly paint: Paint;
  /** Whether the terminal takes others than those of ASCII. */
  readonly isUnicode: boolean;
  readonly intervalSeconds: number;
}

const VALUE = 13;
/** Columns of a terminal from which on there is room for it. */
const [WITH_BARS, WITH_ONE_QUANTILE, WITH_QUANTILES] = [44, 72, 116];
const QUANTILE = 14;

/** The heading and the rows. */
export function tableOf(rows: readonly Row[], look: Look): string[] {
  const { columns, paint, intervalSeconds } = look;
  const bars = columns < WITH_BARS ? 0 : Math.min(30, Math.floor(columns / 6));
  const wanted = columns < WITH_ONE_QUANTILE ? [] : columns < WITH_QUANTILES ? [0.95] : [0.5, 0.95, 0.99];
  const quantiles = wanted.length * QUANTILE;
  const value = Math.min(VALUE, Math.floor(columns / 2));
  const name = Math.max(0, columns - value - bars - quantiles - [value, bars, quantiles].filter((width) => width > 0).length);
  const line = (cells: readonly [string, string, string, string], paintBars = (text: string): string => text): string => {
    const all = [fittedTo(cells[0], name, look), fittedTo(cells[1], value, look, 'right'), fittedTo(cells[2], quantiles, look), fittedTo(cells[3], bars, look)];
    return all.map((cell, i) => (i === 3 && cell !== '' ? paintBars(cell) : cell)).filter((cell) => cell !== '').join(' ');
  };
  const lines = rows.map((row) => {
    const cells = [row.name, row.value, quantilesOf(row, wanted), sparkline(row, bars, look)] as const;
    return row.isThere ? line(cells, (text) => paint('blue', text)) : paint('red', line(cells));
  });
  return [paint('bold', line(['METRIC', 'NOW', quantiles === 0 ? '' : 'QUANTILES', bars === 0 ? '' : `LAST ${secondsText(bars * intervalSeconds)}`])), ...lines];
}

/** Three of the quantiles, or one. A summary may have many. */
function quantilesOf({ quantiles }: Row, wanted: readonly number[]): string {
  const nearest = wanted.map((each) => quantiles.toSorted(([a], [b]) => Math.abs(a - each) - Math.abs(b - each))[0]);
  return [...new Set(nearest)].flatMap((each) => (each === undefined ? [] : [quantileText(each)])).join('  ');
}

/** Such as `p95 12.3 ms`. */
export function quantileText([quantile, value]: Row['quantiles'][number]): string {
  return `p${Number((quantile * 100).toPrecision(4))} ${value}`;
}

const BARS = { unicode: [...'▁▂▃▄▅▆▇█'], ascii: [...'_.-:=+*#'] };

/** The last values, one column each, the newest at the right; a space where there is none. */
export function sparkline({ values, isRate }: Pick<Row, 'values' | 'isRate'>, columns: number, { isUnicode }: Pick<Look, 'isUnicode'>): string {
  const shown = columns === 0 ? [] : values.slice(-columns);
  const known = shown.filter(Number.isFinite);
  const [least, most] = [Math.min(...known, ...(isRate ? [0] : [])), Math.max(...known)];
  const bars = isUnicode ? BARS.unicode : BARS.ascii;
  const bar = (value: number): string => (Number.isFinite(value) ? bars[most > least ? Math.round(((value - least) / (most - least)) * (bars.length - 1)) : 0]! : ' ');
  return shown.map(bar).join('').padStart(columns);
}

export function fittedTo(text: string, columns: number, { isUnicode }: Pick<Look, 'isUnicode'>, align: 'left' | 'right' = 'left'): string {
  return fitted(isUnicode ? text : asciiOf(text), columns, isUnicode ? '…' : '~', align);
}

/** For a terminal that would show other bytes than those of ASCII as something else. */
export function asciiOf(text: string): string {
  return text.replace(/[–…·µ]|[^\x20-\x7e]/gu, (character) => ({ '–': '-', '…': '...', '·': '-', µ: 'u' })[character] ?? '?'.repeat(displayWidth(character)));
}

function secondsText(seconds: number): string {
  return seconds < 120 ? `${Number(seconds.toPrecision(3))} S` : `${Math.round(seconds / 60)} MIN`;
}
