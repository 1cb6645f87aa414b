// Draws the figures that matter most as bars, promlet against each peer. One picture for light and for dark
// pages: no background, and colours in the middle that both let through.

import type { Better } from './harness.ts';
import { advantage, columnOf, digits, referenceOf } from './results.ts';
import type { Results, Row } from './results.ts';

interface Panel {
  readonly question: string;
  readonly row: string;
  readonly title: string;
}

const PANELS: readonly Panel[] = [
  { question: 'serialise', row: 'mix of 24 000 lines', title: 'Scrape of 24 000 lines, per line' },
  { question: 'stall', row: '230 000 lines', title: 'Event loop held up, scrape of 230 000 lines' },
  { question: 'languages', row: '10 000 counters, 2 labels', title: 'Scrape of 10 000 counters' },
  { question: 'languages', row: '1 000 histograms, 14 000 lines', title: 'Scrape of 1 000 histograms' },
  { question: 'record', row: 'inc, 3 labels, 100 series', title: 'inc by 3 labels' },
  { question: 'record', row: 'observe, bound', title: 'observe, bound' },
  { question: 'memory', row: 'histogram, 10 buckets, a series', title: 'Memory of a histogram' },
  { question: 'size', row: 'everything', title: 'Bundle, minified and gzipped' },
];

const COLUMN = 420;
const GAP = 40;
const LABELS = 150;
const BARS = 130;
const BAR = 14;
const STEP = 20;
const TEXT = '#6e7781';
const OWN = '#2f81f7';
const OTHER = '#8c959f';

/** The picture as SVG text. Panels whose question was never asked are left out. */
export function chart({ questions }: Results): string {
  const found = PANELS.flatMap((panel) => {
    const asked = questions[panel.question];
    const row = asked?.rows.find(({ name }) => name === panel.row);
    return asked === undefined || row === undefined ? [] : [{ ...asked, title: panel.title, row: { ...row, figures: row.figures.filter(({ subject }) => subject !== 'floor') } }];
  });
  const parts: string[] = [];
  let top = 0;
  for (let i = 0; i < found.length; i += 2) {
    const pair = found.slice(i, i + 2);
    pair.forEach((panel, column) => parts.push(drawn(panel, column * (COLUMN + GAP), top)));
    top += 50 + STEP * Math.max(...pair.map(({ row }) => row.figures.length));
  }
  const facts = [...new Set(found.map(({ node, cpu, cores, date }) => `Node ${node}, ${cpu}, ${cores} cores, ${date}`))].join('; ');
  const width = COLUMN * 2 + GAP;
  const height = top + 16;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${TEXT}">
<title>promlet beside other clients; shorter bars are better</title>
${parts.join('\n')}
<text x="0" y="${height - 4}" font-size="11">Shorter is better; in brackets how many times promlet's figure it is. ${escapeXml(facts)}</text>
</svg>
`;
}

function drawn({ title, unit, better, row }: { title: string; unit: string; better: Better; row: Row }, left: number, top: number): string {
  const { figures } = row;
  const most = Math.max(...figures.map(({ median }) => median));
  const bars = figures.map((figure, i) => {
    const y = top + 28 + i * STEP;
    const length = Math.max(1, (BARS * figure.median) / most);
    const reference = referenceOf(row, figure);
    const ratio = reference === undefined ? '' : ` (${digits(advantage(better, reference.median, figure.median))})`;
    const isOwn = reference === undefined;
    return `<text x="${left + LABELS - 8}" y="${y + 11}" text-anchor="end"${isOwn ? ` fill="${OWN}" font-weight="600"` : ''}>${escapeXml(columnOf(figure))}</text><rect x="${left + LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${isOwn ? OWN : OTHER}"/><text x="${(left + LABELS + length + 6).toFixed(1)}" y="${y + 11}">${digits(figure.median)} ${unit}${ratio}</text>`;
  });
  return `<text x="${left}" y="${top + 16}" font-weight="600">${escapeXml(title)}</text>\n${bars.join('\n')}`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[found]!);
}
