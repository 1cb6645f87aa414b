// A dashboard as one SVG: its panels where they stand, each with what its queries gave.

export interface Line {
  readonly name: string;
  /** In the order of time, from 0 at the left to 1 at the right. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: Readonly<Record<string, unknown>> };
  readonly options?: Readonly<Record<string, unknown>>;
  readonly lines: readonly Line[];
}

/** Pixels of a column, and of a line of the grid. */
const [COLUMN, LINE] = [60, 36];
/** Pixels between panels, and around what is in them. */
const [GAP, EDGE] = [6, 10];
const COLORS = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#5794f2', '#b877d9', '#705da0', '#37872d', '#fade2a'];

export function drawing(title: string, panels: readonly Panel[]): string {
  const bottom = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h)) * LINE + 40;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${24 * COLUMN}" height="${bottom}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#111217"/>',
    written(10, 26, title, '#fff', 18),
    ...panels.map(panelAt),
    '</svg>\n',
  ].join('\n');
}

function panelAt(panel: Panel): string {
  const { type, title, gridPos: { x, y, w, h } } = panel;
  const [width, height] = [w * COLUMN - GAP, h * LINE - GAP];
  const frame = type === 'row' ? '' : `<rect width="${width}" height="${height}" fill="#181b1f" stroke="#2c3235"/>`;
  const drawn = type === 'row' ? '' : panel.lines.length === 0 ? written(width / 2, height / 2, 'No data', '#f2495c') : type === 'timeseries' ? graph(panel, width, height) : figures(panel, width, height);
  return `<g transform="translate(${x * COLUMN}, ${y * LINE + 40})">${frame}${written(EDGE, 18, title, '#ddd', type === 'row' ? 15 : 13)}${drawn}</g>`;
}

/** The newest values, side by side. */
function figures({ lines, fieldConfig, options }: Panel, width: number, height: number): string {
  return lines.map(({ name, points }, i) => {
    const middle = ((i + 0.5) * width) / lines.length;
    const value = points.at(-1)!.value;
    return written(middle, height / 2 + 10, shown(value, fieldConfig), colorAt(value, fieldConfig), 26, 'middle') + (lines.length > 1 || options?.['textMode'] !== 'value' ? written(middle, height - EDGE, name, '#aaa', 12, 'middle') : '');
  }).join('');
}

/** The color that thresholds give a value. */
function colorAt(value: number, fieldConfig: Panel['fieldConfig']): string {
  const { steps = [] } = (fieldConfig?.defaults['thresholds'] ?? {}) as { steps?: { color: string; value: number | null }[] };
  const named: Readonly<Record<string, string>> = { red: '#f2495c', yellow: '#f2cc0c', orange: '#ff780a', green: '#73bf69', blue: '#5794f2' };
  const { color = 'blue' } = steps.findLast((step) => value >= (step.value ?? -Infinity)) ?? {};
  return named[color] ?? color;
}

function graph({ lines, fieldConfig }: Panel, width: number, height: number): string {
  const legends = lines.slice(0, 5);
  const [left, top, right, bottom] = [80, 32, width - EDGE, height - 16 * legends.length - 12];
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value)).filter(Number.isFinite);
  const { min = Math.min(...values, 0), max = Math.max(...values) } = fieldConfig?.defaults as { min?: number; max?: number };
  const span = max - min || 1;
  const place = ({ at, value }: Line['points'][number]): string => `${(left + at * (right - left)).toFixed(1)},${(bottom - ((value - min) / span) * (bottom - top)).toFixed(1)}`;
  const scale = [0, 0.5, 1].map((share) => {
    const y = bottom - share * (bottom - top);
    return `<path d="M${left},${y}H${right}" stroke="#2c3235"/>${written(left - 6, y + 4, shown(min + share * span, fieldConfig), '#999', 11, 'end')}`;
  });
  const drawn = lines.map(({ points }, i) => pieces(points).map((piece) => `<polyline points="${piece.map(place).join(' ')}" fill="none" stroke="${COLORS[i % COLORS.length]}" stroke-width="1.5" stroke-linecap="round"/>`).join(''));
  const named = legends.map(({ name, points }, i) => {
    const y = bottom + 18 + 16 * i;
    const more = i === 4 && lines.length > 5 ? ` … and ${lines.length - 5} more` : '';
    return `<rect x="${EDGE}" y="${y - 8}" width="10" height="4" fill="${COLORS[i % COLORS.length]}"/>${written(EDGE + 16, y, name + more, '#ccc', 11)}${written(right, y, shown(points.at(-1)!.value, fieldConfig), '#ccc', 11, 'end')}`;
  });
  return [...scale, ...drawn, ...named].join('');
}

/** The parts between what is no number. */
function pieces(points: Line['points']): Line['points'][] {
  const found: Line['points'][number][][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point.value)) found.at(-1)!.push(point);
    else found.push([]);
  }
  return found.filter(({ length }) => length > 0);
}

/** A value as Grafana shows it, by and large. */
function shown(value: number, fieldConfig: Panel['fieldConfig']): string {
  if (!Number.isFinite(value)) return String(value);
  const { unit, decimals } = (fieldConfig?.defaults ?? {}) as { unit?: string; decimals?: number };
  if (decimals !== undefined) return value.toFixed(decimals);
  const scaled = (step: number, names: readonly string[], from = 0): string => {
    let [rest, i] = [value, from];
    while (Math.abs(rest) >= step && i < names.length - 1) [rest, i] = [rest / step, i + 1];
    return `${Number(rest.toPrecision(3))}${names[i]}`;
  };
  if (unit === 'percentunit') return `${Number((value * 100).toPrecision(3))}%`;
  if (unit === 'bytes') return scaled(1024, [' B', ' KiB', ' MiB', ' GiB']);
  if (unit === 'Bps') return scaled(1000, [' B/s', ' kB/s', ' MB/s', ' GB/s']);
  if (unit === 's') return Math.abs(value) < 1 ? `${Number((value * 1000).toPrecision(3))} ms` : `${Number(value.toPrecision(3))} s`;
  return scaled(1000, ['', ' K', ' Mil']) + (unit === 'reqps' ? ' req/s' : unit === 'ops' ? ' ops/s' : '');
}

function written(x: number, y: number, text: string, color: string, size = 12, anchor = 'start'): string {
  const escaped = text.replace(/[&<>]/g, (each) => `&#${each.charCodeAt(0)};`);
  return `<text x="${x}" y="${y}" fill="${color}" font-size="${size}" text-anchor="${anchor}">${escaped}</text>`;
}
